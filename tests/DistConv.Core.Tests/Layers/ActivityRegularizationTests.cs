using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.ActivityRegularization;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>Penalties on what layers give: the layer, and how Keras's models ask for it.</summary>
public sealed class ActivityRegularizationTests
{
    private const string Flat = """{"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [null, 5, 1, 1]}}""";
    private const string L1 = """{"class_name": "L1", "config": {"l1": 0.25}}""";

    private static readonly SampleContext _training = new(5, 3, Training: true);

    public static TheoryData<double, double, bool, Placement> Cases =>
        new MatrixTheoryData<double, double, bool, Placement>([0, 0.3], [0, 0.7], [false, true], Enum.GetValues<Placement>());

    /// <summary>Rule 15 as a plain loop, in every kernel set.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_everySetAndSize_equalsTheDefinitionBitForBit(double l1, double l2, bool afterRelu, Placement placement)
    {
        ActivityRegularizationSpec spec = new("p") { L1 = l1, L2 = l2 };
        for (int channels = 1; channels <= 70; channels++)
        {
            TensorShape shape = new(1, 1, channels);
            float[] input = TestData.Wild(channels, channels), gradient = TestData.Wild(channels, channels + 1000);
            float[] expected = [.. input.Zip(gradient, (x, g) => Define(x, g, (float)l1, (float)l2, afterRelu))];
            foreach (KernelSet set in KernelSets.Supported)
            {
                using LayerRun run = new(spec, [shape], set, afterRelu);
                (float[] output, float[][] gradients) = run.Run([input], gradient, _training, placement);
                SameBits.Check(input, output, $"{set} {shape}");
                SameBits.Check(expected, gradients[0], $"{set} {shape}, gradient");
            }
        }
    }

    [Fact]
    public void Backward_inUse_passesTheGradient()
    {
        float[] input = TestData.Wild(37, 1), gradient = TestData.Wild(37, 2);
        using LayerRun run = new(new ActivityRegularizationSpec("p") { L1 = 1, L2 = 1 }, [new TensorShape(1, 1, 37)], KernelSets.Supported[^1]);
        (float[] output, float[][] gradients) = run.Run([input], gradient, _training with { Training = false }, Placement.GuardAfter);
        SameBits.Check(input, output, "output");
        SameBits.Check(gradient, gradients[0], "gradient");
    }

    /// <summary>The penalty stands behind the activation, as Keras applies it, under a name that follows from the layer's.</summary>
    [Theory]
    [InlineData("\"activation\": \"relu\"", "c: conv2d, c_activityregularization: activityregularization, f: flatten, d: dense")]
    [InlineData("\"activation\": \"tanh\"",
        "c: conv2d, c_tanh: tanh, c_tanh_activityregularization: activityregularization, f: flatten, d: dense")]
    public void Read_activityRegularizer_isALayerBehindTheActivation(string activation, string expected)
    {
        ModelReading reading = Read($$$"""
            {"class_name": "Conv2D", "config": {"name": "c", "filters": 2, "kernel_size": 3, "batch_input_shape": [null, 6, 6, 1], {{{activation}}},
             "activity_regularizer": {{{L1}}}}}
            """);
        Assert.Equal(expected, string.Join(", ", reading.Model.Layers.Select(layer => $"{layer.Name}: {layer.Type}")));
        Assert.Equal(0.25, reading.Model.Layers.OfType<ActivityRegularizationSpec>().Single().L1);
        Assert.All(reading.Model.Layers, layer => Assert.Empty(layer.Inputs.Names));
        Assert.DoesNotContain(reading.Ignored, note => note.Contains("regularizer", StringComparison.Ordinal));
        Assert.Equal(reading.Model.ToJson(), ModelSpec.Parse(reading.Model.ToJson(), "again").ToJson());
    }

    [Theory]
    [InlineData("""{"class_name": "ActivityRegularization", "config": {"name": "p", "l1": 0.0, "l2": 0.01}}""", 0, 0.01)]
    [InlineData("""{"class_name": "Activation", "config": {"name": "a", "activation": "linear", "activity_regularizer": "l1"}}""", 0.01, 0)]
    [InlineData("""{"class_name": "Activation", "config": {"name": "a", "activation": "relu", "activity_regularizer": {"l2": 0.5}}}""", 0, 0.5)]
    [InlineData("""{"class_name": "Activation", "config": {"activation": "elu", "activity_regularizer": {"name": "ActivityRegularizer", "l1": 0.5}}}""",
        0.5, 0)]
    [InlineData("""{"class_name": "MaxPooling2D", "config": {"activity_regularizer": {"class_name": "L2", "config": {"l2": 0.009999999776482582}}}}""",
        0, 0.01)]
    public void Read_ofOtherLayers_hasThePenalty(string layer, double l1, double l2)
    {
        ModelReading reading = Read(
            """{"class_name": "Conv2D", "config": {"name": "c", "filters": 2, "kernel_size": 3, "batch_input_shape": [null, 6, 6, 1]}}, """ + layer);
        ActivityRegularizationSpec penalty = reading.Model.Layers.OfType<ActivityRegularizationSpec>().Single();
        Assert.Equal((l1, l2), (penalty.L1, penalty.L2));
    }

    /// <summary>What is not applied is said.</summary>
    [Theory]
    [InlineData("\"activity_regularizer\": {\"l1\": 0.1}", "", "activity_regularizer on the probabilities in which the model ends (not applied)")]
    [InlineData("\"activity_regularizer\": {\"class_name\": \"Own\", \"config\": {}}", "", "activity_regularizer Own (not applied)")]
    [InlineData("\"use_bias\": true", """, {"class_name": "ActivityRegularization", "config": {"l1": 0.1}}""",
        "ActivityRegularization on the probabilities in which the model ends (not applied)")]
    [InlineData("\"use_bias\": true", """, {"class_name": "ActivityRegularization", "config": {"l1": 0.0, "l2": 0.0}}""",
        "ActivityRegularization (it changes nothing)")]
    public void Read_onProbabilities_isNoted(string setting, string behind, string note)
    {
        bool isSoftmax = !note.Contains("changes", StringComparison.Ordinal);
        ModelReading reading = ModelReading.Parse($$$"""
            {"class_name": "Sequential", "keras_version": "2.11.0", "config": [{{{Flat}}},
             {"class_name": "Dense", "config": {"name": "d", "units": 3, {{{setting}}},
              "activation": "{{{(isSoftmax ? "softmax" : "linear")}}}"}}{{{behind}}}]}
            """, "m.json");
        Assert.Equal(["f", "d"], reading.Model.Layers.Select(layer => layer.Name));
        Assert.Equal(isSoftmax ? OutputKind.Softmax : OutputKind.Values, reading.Model.Infer().OutputKind);
        Assert.Contains(note, reading.Ignored);
    }

    /// <summary>Inside a model the softmax is a layer, and its penalty stands behind it.</summary>
    [Fact]
    public void Read_softmaxWithinAModel_hasItsPenaltyBehindIt()
    {
        ModelReading reading = ModelReading.Parse($$$"""
            {"class_name": "Sequential", "keras_version": "2.11.0", "config": [{{{Flat}}},
             {"class_name": "Dense", "config": {"name": "a", "units": 3, "activation": "softmax", "activity_regularizer": {{{L1}}}}},
             {"class_name": "Dense", "config": {"name": "b", "units": 3, "activation": "softmax"}}]}
            """, "m.json");
        Assert.Equal(["flatten", "dense", "softmax", "activityregularization", "dense"], reading.Model.Layers.Select(layer => layer.Type));
        Assert.Equal(OutputKind.Softmax, reading.Model.Infer().OutputKind);
    }

    private static ModelReading Read(string first) => ModelReading.Parse($$$"""
        {"class_name": "Sequential", "keras_version": "2.11.0", "config": [{{{first}}}, {"class_name": "Flatten", "config": {"name": "f"}},
         {"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "softmax"}}]}
        """, "m.json");

    private static float Define(float x, float g, float l1, float l2, bool afterRelu)
    {
        if (l2 != 0) g = MathF.FusedMultiplyAdd((float)(2.0 * l2), x, g);
        if (l1 != 0) g += x > 0 ? l1 : x < 0 ? -l1 : 0f;
        return afterRelu && !(x > 0) ? 0f : g;
    }
}
