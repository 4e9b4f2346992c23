using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace DistConv.Dashboard.Tests.Support;

/// <summary>Reads a binary series by its description, independently of what writes it.</summary>
internal sealed class SeriesBytes
{
    private readonly byte[] _bytes;
    private readonly int _body;

    public SeriesBytes(byte[] bytes)
    {
        _bytes = bytes;
        Assert.Equal("DCS1", Encoding.ASCII.GetString(bytes, 0, 4));
        (Columns, Buckets) = (Number(4), Number(8));
        Assert.Equal(0, Number(12));
        int length = Number(16);
        Header = JsonNode.Parse(Encoding.UTF8.GetString(bytes, 20, length))!;
        _body = 20 + length;
        Assert.Equal(0, _body % 8);
        Assert.Equal(_body + (24 * Buckets) + (12 * Buckets * Columns), bytes.Length);
    }

    public int Columns { get; }

    public int Buckets { get; }

    public JsonNode Header { get; }

    public double[] X => Doubles(0);

    public double[] Times => Doubles(1);

    public double[] Samples => Doubles(2);

    public float[] Min(int column) => Floats(3 * column);

    public float[] Max(int column) => Floats((3 * column) + 1);

    public float[] Last(int column) => Floats((3 * column) + 2);

    private int Number(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));

    private double[] Doubles(int array) =>
        [.. Enumerable.Range(0, Buckets).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(_bytes.AsSpan(_body + (8 * ((array * Buckets) + i)))))];

    private float[] Floats(int array) =>
        [.. Enumerable.Range(0, Buckets).Select(i => BinaryPrimitives.ReadSingleLittleEndian(
            _bytes.AsSpan(_body + (24 * Buckets) + (4 * ((array * Buckets) + i)))))];
}
