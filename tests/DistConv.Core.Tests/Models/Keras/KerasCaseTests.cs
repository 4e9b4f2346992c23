using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>Model files of all generations of Keras. A case that waits for layers turns red when they are there and it does not load.</summary>
public sealed class KerasCaseTests
{
    public static TheoryData<string> Files => [.. KerasCase.All.Select(one => one.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_of_a_case_has_the_shapes_and_weights_of_Keras(string file)
    {
        KerasCase expected = KerasCase.All.Single(one => one.File == file);
        if (!expected.MustLoad) return; // Below.
        IReadOnlyList<string> lacks = expected.Lacks;
        ModelReading reading;
        try
        {
            reading = ModelReading.LoadFile(expected.FilePath);
        }
        catch (InvalidInputException refusal) when (lacks.Count > 0)
        {
            Assert.DoesNotContain('\n', refusal.Message);
            Assert.StartsWith(expected.FilePath, refusal.Message, StringComparison.Ordinal);
            return;
        }

        ModelSpec model = reading.Model;
        ChannelOrder order = reading.Origin!.Order;
        if (reading.IsFreeSize) model = reading.At(Shape(expected.Input, order));
        ModelPlan plan = model.Infer();
        Assert.Equal(Shape(expected.Input, order), model.Input);
        Assert.Equal(Shape(expected.Output, order), plan.Layers[^1].Output);
        Assert.Equal(expected.Trainable, plan.Parameters);
        Assert.Equal(expected.Total, plan.Parameters + plan.StateValues);
        Assert.Equal(expected.Total, plan.Layers.Sum(layer => layer.Tensors.Sum(tensor => tensor.Length)));
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "again"));
        Assert.Equal(model.Layers.Select(layer => layer.Name), reading.Origin.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void Load_of_the_cases_that_wait_for_nothing_succeeds() =>
        Assert.Superset(
            new HashSet<string> { "01", "03", "04", "05", "06", "12", "17", "21", "25", "26" },
            KerasCase.All.Where(one => one.MustLoad && one.Lacks.Count == 0).Select(one => one.Number).ToHashSet());

    [Fact]
    public void Load_of_Lambda_names_it_and_what_to_use_instead()
    {
        string path = KerasCase.All.Single(one => one.Number == "23").FilePath;

        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => ModelReading.LoadFile(path));
        Assert.Equal(
            $"{path}: layer 2 'lambda' (Lambda): is Python code, which is not run here; use a layer instead, such as Rescaling for arithmetic with numbers",
            refusal.Message);
        Assert.Equal("layer 2 'lambda' (Lambda)", Assert.Single(refusal.Problems).Setting);
    }

    [Fact]
    public void Load_of_two_inputs_names_them()
    {
        string path = KerasCase.All.Single(one => one.Number == "24").FilePath;

        Assert.Equal(
            $"{path}: the model has 2 inputs: 'left', 'right'; a model here takes one image",
            Assert.Throws<InvalidInputException>(() => ModelReading.LoadFile(path)).Message);
    }

    private static TensorShape Shape(int[] sizes, ChannelOrder order) => sizes switch
    {
        [int n] => TensorShape.Flat(n),
        [int c, int h, int w] when order == ChannelOrder.First => new TensorShape(h, w, c),
        [int h, int w, int c] => new TensorShape(h, w, c),
        _ => throw new InvalidOperationException($"{sizes.Length} dimensions"),
    };
}
