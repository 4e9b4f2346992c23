using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using DistConv.Training.Data;

namespace DistConv.Training.Tests.Steps;

/// <summary>Images of 8×8, or another size, in four classes that a small network learns in a few steps: the left, right, upper or lower half is brighter,
/// under noise.</summary>
internal sealed class TinyDataset : IDataset
{
    private readonly int _side;
    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    public TinyDataset(int count, ulong seed, int side = 8)
    {
        (_side, Shape) = (side, new TensorShape(side, side, 1));
        var field = new RandomField(seed, RandomPurpose.Digits);
        _pixels = new byte[count * side * side];
        _labels = new byte[count];
        for (int n = 0; n < count; n++)
        {
            _labels[n] = (byte)(field.UInt32(0, (uint)n, 1) % (uint)ClassCount);
            for (int i = 0; i < side * side; i++)
            {
                uint noise = field.UInt32((uint)i, (uint)n) % 150;
                _pixels[(n * side * side) + i] = (byte)(noise + (IsBright(_labels[n], i / side, i % side) ? 100u : 0u));
            }
        }
    }

    public int Count => _labels.Length;

    public TensorShape Shape { get; }

    public int ClassCount => 4;

    public ReadOnlySpan<byte> Image(int index) => _pixels.AsSpan(index * _side * _side, _side * _side);

    public int Label(int index) => _labels[index];

    private bool IsBright(int label, int row, int column) => label switch
    {
        0 => column < _side / 2,
        1 => column >= _side / 2,
        2 => row < _side / 2,
        _ => row >= _side / 2,
    };
}
