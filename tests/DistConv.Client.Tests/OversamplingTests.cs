using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>Oversampling, from what people write to numbers of samples.</summary>
public class OversamplingTests
{
    // Of the first seven samples four are of class 0, one of class 1 and two of class 2; none is of class 3.
    private static readonly MemoryDataset _data = new(new TensorShape(1, 1, 1), new byte[8], [0, 0, 2, 0, 2, 0, 1, 1], 4);
    private static readonly string[] _names = ["mice", "dogs", "cats", "none"];

    [Fact]
    public void Resolve_balanced_givesEachClassTheLargestNumber()
    {
        Assert.Equal([4, 4, 4, 0], Oversampling.Balanced.Resolve(_data, null, 7)!);
        Assert.Null(Oversampling.Balanced.Resolve(_data, null, 2));
    }

    [Theory]
    [InlineData("cats:2", new[] { 4, 1, 4, 0 })]
    [InlineData("1:2.5,cats=1.2,0:1", new[] { 4, 3, 2, 0 })]
    public void Resolve_names_multipliesAndRounds(string text, int[] expected) => Assert.Equal(expected, Oversampling.Parse(text)!.Resolve(_data, _names, 7)!);

    [Theory]
    [InlineData("cat:2", "has 'cat', which is no class; the classes are mice, dogs, cats, none; did you mean 'cats'?")]
    [InlineData("cats:0.5", "has 0.5 for class 'cats'; give a number of at least 1")]
    [InlineData("none:2", "has a factor for class 'none', which has no training sample; leave it out")]
    [InlineData("cats:1e8", "has factors that make an epoch of 200000005 samples; it may have 100000000: give smaller factors")]
    public void Resolve_mistake_saysWhatWouldBeRight(string text, string expected)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Oversampling.Parse(text)!.Resolve(_data, _names, 7));
        Assert.Equal(("oversampling", expected), (Assert.Single(e.Problems).Setting, e.Problems[0].Problem));
    }

    [Fact]
    public void Resolve_severalLabelsOrNumbers_isRefused()
    {
        MemoryDataset data = new(new TensorShape(1, 1, 1), new byte[2], LabelKind.Numbers, [1f, 2f], 1);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Oversampling.Balanced.Resolve(data, null, 2));
        Assert.Contains("is for samples of one class each, and the data has 1 number a sample; leave it out", e.Message, StringComparison.Ordinal);
    }
}
