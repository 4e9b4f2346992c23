using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>Class weights, from what people write to numbers.</summary>
public class ClassWeightsTests
{
    // Of the first six samples four are of class 0 and two of class 2.
    private static readonly MemoryDataset _data = new(new TensorShape(1, 1, 1), new byte[8], [0, 0, 2, 0, 2, 0, 1, 1], 3);
    private static readonly string[] _names = ["a:b", "dogs", "cats"];

    [Fact]
    public void Resolve_balanced_isByTheSamplesThatAreTrainedOn()
    {
        Assert.Equal([0.75f, 1f, 1.5f], ClassWeights.Balanced.Resolve(_data, null, 6)!);
        Assert.Equal([(float)(8 / 12.0), (float)(8 / 6.0), (float)(8 / 6.0)], ClassWeights.Balanced.Resolve(_data, null, 8)!);
        Assert.Null(ClassWeights.Balanced.Resolve(_data, null, 2));
    }

    [Theory]
    [InlineData("cats:2", new[] { 1f, 1f, 2f })]
    [InlineData("a:b:0.5, dogs:0", new[] { 0.5f, 0f, 1f })]
    [InlineData("1=3,cats=1e1", new[] { 1f, 3f, 10f })]
    [InlineData("1:3,cats:1e1", new[] { 1f, 3f, 10f })]
    public void Resolve_names_areClassesOrTheirNumbers(string text, float[] expected) =>
        Assert.Equal(expected, ClassWeights.Parse(text)!.Resolve(_data, _names, 8)!);

    [Fact]
    public void Resolve_severalMistakes_namesEachOfThem()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ClassWeights.Parse("dog:2,cats:-1,1:2,dogs:3,0:NaN")!.Resolve(_data, _names, 8));
        Assert.Equal(
            [
                "has 'dog', which is no class; the classes are a:b, dogs, cats; did you mean 'dogs'?",
                "has -1 for class 'cats'; give a number of at least 0",
                "has class 'dogs' twice, by name and by number; give it once",
                "has NaN for class '0'; give a number of at least 0",
            ],
            e.Problems.Select(problem => problem.Problem));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cats")]
    [InlineData("cats:")]
    [InlineData(":2")]
    [InlineData("cats:1,,dogs:1")]
    public void Parse_noForm_saysTheForms(string text)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ClassWeights.Parse(text));
        Assert.All(e.Problems, problem => Assert.Contains("give balanced, or NAME:WEIGHT,NAME:WEIGHT,…", problem.Problem, StringComparison.Ordinal));
    }
}
