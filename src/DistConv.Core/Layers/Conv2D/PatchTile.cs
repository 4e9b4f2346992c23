namespace DistConv.Core.Layers.Conv2D;

/// <summary>One run of output positions of a <see cref="PatchTile"/>.</summary>
/// <param name="A">Offset from <see cref="PatchTile.A"/>, in bytes.</param>
/// <param name="B">Offset from <see cref="PatchTile.B"/>, in bytes.</param>
/// <param name="Mask">
/// With <see cref="PatchTile.Masks"/>, bytes from a patch's value to what tells whether its tap exists (1) or is in the padding (0) and left out;
/// <see cref="AllTaps"/> if all taps of the run exist.
/// </param>
/// <param name="Length">Positions.</param>
internal readonly record struct PatchRun(nint A, nint B, nint Mask, nint Length)
{
    /// <summary>No distance between floats.</summary>
    public const int AllTaps = -1;
}

/// <summary>
/// The operands of one tile of a weight gradient: <c>C[r, v] += chain over runs s, k &lt; s.Length of A[s.A + r·ARow + k·AStep] · B[s.B + k·BStep + v]</c>.
/// One of A and B is the patches, the other the output's gradient. All strides are in bytes.
/// </summary>
internal unsafe struct PatchTile
{
    /// <summary>First broadcast operand of row 0.</summary>
    public byte* A;

    /// <summary>Bytes from a row's operand to the next row's.</summary>
    public nint ARow;

    /// <summary>Bytes from a position's broadcast operand to the next position's.</summary>
    public nint AStep;

    /// <summary>First vector operand.</summary>
    public byte* B;

    /// <summary>Bytes from a position's vectors to the next position's.</summary>
    public nint BStep;

    /// <summary>Bytes from the patches to the masks.</summary>
    public nint Masks;

    /// <summary>First sum.</summary>
    public byte* C;

    /// <summary>Bytes from a row of sums to the next.</summary>
    public nint CRow;

    /// <summary>The runs of positions, in the order of the chain.</summary>
    public PatchRun* Runs;

    /// <summary>Number of runs.</summary>
    public int RunCount;
}
