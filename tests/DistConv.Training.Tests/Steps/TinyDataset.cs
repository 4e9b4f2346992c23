using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using DistConv.Training.Data;

namespace DistConv.Training.Tests.Steps;

/// <summary>Images of 8×8 in four classes that a small network learns in a few steps: the left, right, upper or lower half is brighter, under noise.</summary>
internal sealed class TinyDataset : IDataset
{
    private const int Side = 8;
    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    public TinyDataset(int count, ulong seed)
    {
        var field = new RandomField(seed, RandomPurpose.Digits);
        _pixels = new byte[count * Side * Side];
        _labels = new byte[count];
        for (int n = 0; n < count; n++)
        {
            _labels[n] = (byte)(field.UInt32(0, (uint)n, 1) % (uint)ClassCount);
            for (int i = 0; i < Side * Side; i++)
            {
                uint noise = field.UInt32((uint)i, (uint)n) % 150;
                _pixels[(n * Side * Side) + i] = (byte)(noise + (IsBright(_labels[n], i / Side, i % Side) ? 100u : 0u));
            }
        }
    }

    public int Count => _labels.Length;

    public TensorShape Shape { get; } = new(Side, Side, 1);

    public int ClassCount => 4;

    public ReadOnlySpan<byte> Image(int index) => _pixels.AsSpan(index * Side * Side, Side * Side);

    public int Label(int index) => _labels[index];

    private static bool IsBright(int label, int row, int column) => label switch
    {
        0 => column < Side / 2,
        1 => column >= Side / 2,
        2 => row < Side / 2,
        _ => row >= Side / 2,
    };
}
