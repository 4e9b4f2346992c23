using System.Buffers.Binary;
using DistConv.Core;
using DistConv.Training.Data;
using Xunit;

namespace DistConv.Training.Tests.Data;

/// <summary>IDX label files of other types and of two dimensions.</summary>
public sealed class IdxLabelsTests : IDisposable
{
    private readonly IdxFiles _files = new IdxFiles().WriteAll();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(0x09, 1)]
    [InlineData(0x0B, 2)]
    [InlineData(0x0C, 4)]
    public void Open_wholeNumbersOfAnotherType_areClasses(byte type, int bytes)
    {
        Write("train-labels-idx1-ubyte", type, [3], bytes, 2, 0, 1);
        Write("t10k-labels-idx1-ubyte", type, [2], bytes, 1, 2);
        DataSource data = Open();
        Assert.Equal((LabelKind.Class, 3), (data.Train.Labels, data.Train.ClassCount));
        Assert.Equal([2, 0, 1], Enumerable.Range(0, 3).Select(data.Train.Label));
    }

    [Fact]
    public void Open_qmnist_takesTheClassOfItsFirstColumn()
    {
        Write("train-labels-idx1-ubyte", 0x0C, [3, 8], 4, [.. Enumerable.Range(0, 24).Select(i => i % 8 == 0 ? i / 8 : 1000 + i)]);
        Write("t10k-labels-idx1-ubyte", 0x0C, [2, 8], 4, [.. Enumerable.Range(0, 16).Select(i => i % 8 == 0 ? 1 : -i)]);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(Open().Train.Label));
    }

    [Theory]
    [InlineData(0x0D, 4)]
    [InlineData(0x0E, 8)]
    public void Open_floatingPoint_isOfNumbers(byte type, int bytes)
    {
        Write("train-labels-idx1-ubyte", type, [3], bytes, 0.5, 1, -2);
        Write("t10k-labels-idx1-ubyte", type, [2, 1], bytes, 1, 0);
        DataSource data = Open();
        Assert.Equal((LabelKind.Numbers, 1, 0), (data.Train.Labels, data.Train.TargetCount, data.Train.ClassCount));
        Assert.Equal([0.5f, 1f, -2f], Enumerable.Range(0, 3).Select(i => data.Train.Targets(i)[0]));
    }

    [Theory]
    [InlineData(1, LabelKind.Several)]
    [InlineData(3, LabelKind.Numbers)]
    public void Open_severalColumns_areLabelsIfAllAreZeroOrOne(int last, LabelKind expected)
    {
        Write("train-labels-idx1-ubyte", 0x08, [3, 2], 1, 0, 1, 1, 1, 0, 0);
        Write("t10k-labels-idx1-ubyte", 0x08, [2, 2], 1, 1, 0, 0, last);
        DataSource data = Open();
        Assert.Equal((expected, expected, 2), (data.Train.Labels, data.Test.Labels, data.Train.TargetCount));
        Assert.Equal([0f, last], data.Test.Targets(1).ToArray());
    }

    [Theory]
    [InlineData(0x0C, 4, new[] { 0.0, 300, 1 }, "has the label 300 at sample 1; labels must be 0 to 255")]
    [InlineData(0x09, 1, new[] { 0.0, 1, -1 }, "has the label -1 at sample 2; labels must be 0 to 255")]
    [InlineData(0x0D, 4, new[] { 0.5, double.NaN, 1 }, "has NaN at sample 1; labels must be finite numbers")]
    [InlineData(0x0D, 4, new[] { 0.5, 1, 1 }, "has one number for each sample, and")]
    public void Open_labelOutOfRange_isNamed(byte type, int bytes, double[] values, string expected)
    {
        Write("train-labels-idx1-ubyte", type, [3], bytes, values);
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => Open()).Message, StringComparison.Ordinal);
    }

    private DataSource Open() => DataCatalog.BuiltIn.Open("idx", _files.Folder);

    private void Write(string name, byte type, int[] sizes, int bytes, params double[] values)
    {
        byte[] file = new byte[4 + (4 * sizes.Length) + (bytes * values.Length)];
        (file[2], file[3]) = (type, (byte)sizes.Length);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), sizes[i]);
        for (int i = 0; i < values.Length; i++)
        {
            Span<byte> at = file.AsSpan(4 + (4 * sizes.Length) + (bytes * i));
            if (type is 0x08 or 0x09) at[0] = unchecked((byte)(int)values[i]);
            else if (type == 0x0B) BinaryPrimitives.WriteInt16BigEndian(at, (short)values[i]);
            else if (type == 0x0C) BinaryPrimitives.WriteInt32BigEndian(at, (int)values[i]);
            else if (type == 0x0D) BinaryPrimitives.WriteSingleBigEndian(at, (float)values[i]);
            else BinaryPrimitives.WriteDoubleBigEndian(at, values[i]);
        }

        _files.Write(name, file);
    }
}
