using DistConv.Core.Shapes;
using DistConv.Training.Data;

namespace DistConv.Cli.Commands.Bench;

/// <summary>Noise in any shape: what a step costs does not depend on what is in the pictures.</summary>
internal sealed class BenchData : IDataset
{
    private const int Variety = 4096;

    private readonly byte[] _noise;

    private BenchData(TensorShape shape, int classCount, int count)
    {
        Shape = shape;
        ClassCount = classCount;
        Count = count;
        _noise = new byte[shape.Size + Variety];
        uint state = 1;
        foreach (ref byte value in _noise.AsSpan())
        {
            state = (state * 1_664_525) + 1_013_904_223; // Numerical Recipes' generator: no statistics are asked of it.
            value = (byte)(state >> 24);
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public TensorShape Shape { get; }

    /// <inheritdoc/>
    public int ClassCount { get; }

    /// <summary>Both splits.</summary>
    public static DataSource Create(TensorShape shape, int classCount, int count)
    {
        BenchData data = new(shape, classCount, count);
        return new DataSource("noise", data, data, $"noise:{shape}:{classCount}:{count}");
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => _noise.AsSpan((int)((uint)index * 31 % Variety), Shape.Size);

    /// <inheritdoc/>
    public int Label(int index) => index % ClassCount;
}
