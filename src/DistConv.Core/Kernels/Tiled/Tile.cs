namespace DistConv.Core.Kernels.Tiled;

/// <summary>What a tile's chains start from.</summary>
internal enum TileStart
{
    /// <summary>+0.</summary>
    Zero,

    /// <summary>The bias of the output's column.</summary>
    Bias,

    /// <summary>The bias of the output's row.</summary>
    RowBias,

    /// <summary>The value that stands in the output: the chain goes on.</summary>
    Accumulate,
}

/// <summary>What happens to a chain's value before it is stored.</summary>
internal enum TileFinish
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>+ 0f</c>, which turns −0 into +0 (docs/numerics.md, rule 10).</summary>
    AddZero,

    /// <summary><c>+ 0f</c>, then <c>x &lt; 0 ? +0 : x</c>.</summary>
    Relu,

    /// <summary><c>+ 0f</c>, then <c>rectified &gt; 0 ? x : +0</c>: the gradient before a ReLU, see <see cref="Tile.Rectified"/>.</summary>
    ReluGradient,

    /// <summary>Added to the value that stands in the output.</summary>
    AddToOutput,
}

/// <summary>Where one run of <see cref="Tile.Length"/> taps begins.</summary>
/// <param name="A">Offset from <see cref="Tile.A"/>, in bytes.</param>
/// <param name="B">Offset from <see cref="Tile.B"/>, in bytes.</param>
internal readonly record struct TileSegment(nint A, nint B);

/// <summary>
/// The operands of one tile: <c>C[r, v] = chain over segments s, k &lt; Length of A[s.A + r·ARow + k·AStep] · B[s.B + k·BStep + v]</c>.
/// All strides are in bytes. Forward products have k contiguous in A and B packed in panels; weight gradients have r contiguous in A and k over positions.
/// </summary>
internal unsafe struct Tile
{
    /// <summary>First broadcast operand of row 0.</summary>
    public byte* A;

    /// <summary>Bytes from a row's operand to the next row's.</summary>
    public nint ARow;

    /// <summary>Bytes that every third row's operand lies farther from the one before: three rows may be the taps of one kernel row.</summary>
    public nint AGap;

    /// <summary>Bytes from a tap's broadcast operand to the next tap's.</summary>
    public nint AStep;

    /// <summary>First vector operand.</summary>
    public byte* B;

    /// <summary>Bytes from a tap's vectors to the next tap's.</summary>
    public nint BStep;

    /// <summary>First output.</summary>
    public byte* C;

    /// <summary>Bytes from a row of outputs to the next.</summary>
    public nint CRow;

    /// <summary>Bytes from an output to the value that ReLU gave in its place, for <see cref="TileFinish.ReluGradient"/>.</summary>
    public nint Rectified;

    /// <summary>The panel's or the rows' biases, for <see cref="TileStart.Bias"/> and <see cref="TileStart.RowBias"/>.</summary>
    public float* Bias;

    /// <summary>The runs of taps, in the order of the chain.</summary>
    public TileSegment* Segments;

    /// <summary>Number of runs.</summary>
    public int SegmentCount;

    /// <summary>Taps of a run.</summary>
    public int Length;

    /// <summary>The chains' start.</summary>
    public TileStart Start;

    /// <summary>The chains' finish.</summary>
    public TileFinish Finish;
}
