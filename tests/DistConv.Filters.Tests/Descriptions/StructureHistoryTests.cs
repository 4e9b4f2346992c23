using DistConv.Core.Models;
using DistConv.Filters.Descriptions;
using DistConv.Filters.Kernels;
using Xunit;

namespace DistConv.Filters.Tests.Descriptions;

/// <summary>A filter became structured when it stays so, not when chance gave it a name once.</summary>
public sealed class StructureHistoryTests
{
    private static readonly LayerKernels _untrained = LayerKernels.Initial(ModelSpec.Parse(
        """{"name":"m","input":[6,6,1],"layers":[{"type":"conv2d","filters":2,"kernel":3,"activation":"relu"},{"type":"flatten"},"""
            + """{"type":"dense","units":2,"activation":"softmax"}]}""", "m"), seed: 5)[0];

    private static readonly float[] _edge = [-1, 0, 1, -2, 0, 2, -1, 0, 1], _noise = [0.3f, -0.5f, 0.1f, 0.4f, 0.2f, -0.6f, -0.2f, 0.5f, -0.3f];

    [Theory]
    [InlineData("--+++", 100L, 200L)]
    [InlineData("+++++", null, 0L)]
    [InlineData("-+-+++", 200L, 300L)]
    public void Onset_structuredForLongEnough_isBetweenTwoRecords(string records, long? after, long by) =>
        Assert.Equal(new StructureOnset(after, by), Of(records).Onset(1));

    [Theory]
    [InlineData("---")]
    [InlineData("--++")]
    [InlineData("+++-")]
    [InlineData("++")]
    [InlineData("")]
    public void Onset_notStructuredForLongEnough_isUnknown(string records) => Assert.Null(Of(records).Onset(1));

    [Fact]
    public void Add_recordsOutOfOrder_areTakenByStep()
    {
        StructureHistory history = new(_untrained);
        foreach (int step in (int[])[30, 10, 0, 20]) history.Add(step, Layer(step > 0));
        Assert.Equal([0L, 10, 20, 30], history.Steps);
        Assert.Equal(new StructureOnset(0, 10), history.Onset(1));
    }

    private static StructureHistory Of(string records)
    {
        StructureHistory history = new(_untrained);
        foreach ((int i, char record) in records.Index()) history.Add(100 * i, Layer(record == '+'));
        return history;
    }

    /// <summary>Filter 1 is an edge or noise.</summary>
    private static LayerKernels Layer(bool isEdge)
    {
        float[] weights = _untrained.Values.ToArray();
        for (int tap = 0; tap < 9; tap++) weights[(tap * 2) + 1] = (isEdge ? _edge : _noise)[tap];
        return _untrained with { Values = weights };
    }
}
