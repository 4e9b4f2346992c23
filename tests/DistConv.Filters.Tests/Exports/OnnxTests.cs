using CsCheck;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Models;
using DistConv.Filters.Exports;
using DistConv.Training.Snapshots;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace DistConv.Filters.Tests.Exports;

/// <summary>ONNX Runtime computes from our files what we compute.</summary>
public sealed class OnnxTests
{
    private const float Tolerance = 1e-5f;

    private const string Norm = """
        {"type": "batchnorm", "gammaInitializer": {"name": "random_uniform", "minValue": 0.5, "maxValue": 2}, "betaInitializer": "random_normal",
          "movingMeanInitializer": "random_normal", "movingVarianceInitializer": {"name": "random_uniform", "minValue": 0.25, "maxValue": 3}}
        """;

    /// <summary>Inputs for each built-in model; with DISTCONV_ONNX_INPUTS=1000 the run takes a minute and a half.</summary>
    private static int Inputs => int.Parse(Environment.GetEnvironmentVariable("DISTCONV_ONNX_INPUTS") ?? "50");

    public static TheoryData<string> BuiltIn => [.. BuiltInModels.All.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Onnx_builtInModel_givesOurProbabilities(string name)
    {
        Snapshot snapshot = TestNetworks.Untrained(ModelSpec.Load(name), seed: 7);
        AssertAgrees(snapshot, Inputs);
    }

    [Fact]
    public void Onnx_normalisations_giveOurProbabilities() =>
        AssertAgrees(TestNetworks.Untrained(ModelSpec.Parse(TestNetworks.NormedJson, "normed"), seed: 4), 50);

    [Fact]
    public void Onnx_randomModels_giveOurProbabilities() =>
        RandomModels.Any.Where(HasWeights).Sample(model => AssertAgrees(TestNetworks.Untrained(model, seed: 3), 20), iter: 100, threads: 1);

    [Theory]
    [InlineData("""{"type": "globalavgpool2d"}, {"type": "softmax"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "relu"}, {"type": "softmax"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "prelu", "alphaInitializer": "glorot_normal"}, {"type": "softmax"}""")]
    [InlineData("""{"type": "prelu", "alphaInitializer": "glorot_normal", "sharedAxes": [1, 2]}, {"type": "flatten"}, {"type": "softmax"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "flatten"}, {"type": "relu"}, {"type": "dense", "units": 3, "useBias": false}, """
        + """{"type": "dropout", "rate": 0.2}, {"type": "softmax"}""")]
    [InlineData("""{"type": "maxpool2d", "pool": 3, "strides": 2, "padding": "same"}, {"type": "flatten"}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "avgpool2d", "pool": [5, 1], "strides": [1, 3], "padding": "same"}, {"type": "flatten"}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "conv2d", "filters": 2, "kernel": [2, 5], "strides": [3, 1], "padding": "same"}, {"type": "flatten"}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "depthwiseconv2d", "kernel": [3, 2], "depthMultiplier": 3, "padding": "same", "strides": 2, "activation": "relu"}, """
        + """{"type": "depthwiseconv2d", "kernel": 2, "dilation": 2, "padding": "same", "useBias": false}, {"type": "flatten"}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "separableconv2d", "filters": 4, "kernel": 3, "depthMultiplier": 2, "padding": "same", "activation": "relu"}, """
        + """{"type": "separableconv2d", "filters": 5, "kernel": 2, "useBias": false}, {"type": "flatten"}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "conv2d", "filters": 4, "kernel": [2, 3], "dilation": [3, 2], "padding": "same", "activation": "relu"}, """
        + """{"type": "conv2d", "filters": 6, "kernel": 2, "groups": 2}, {"type": "conv2d", "filters": 12, "kernel": 3, "groups": 6, "strides": 2, """
        + """ "padding": "same"}, {"type": "flatten"}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Norm + """, {"type": "relu"}, {"type": "flatten"}, """ + Norm + """, {"type": "dense", "units": 4}, """ + Norm
        + """, {"type": "relu"}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "batchnorm", "scale": false}, {"type": "batchnorm", "center": false, "epsilon": 0.5}, {"type": "flatten"}, """ + Norm
        + """, {"type": "softmax"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "dense", "units": 1, "activation": "sigmoid"}""")]
    [InlineData("""{"type": "globalavgpool2d"}, {"type": "sigmoid"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "dense", "units": 1}""")]
    [InlineData("""{"type": "flatten"}, {"type": "dense", "units": 4, "activation": "relu"}""")]
    [InlineData("""{"type": "flatten"}""")]
    [InlineData("""{"type": "globalavgpool2d"}, {"type": "reshape", "shape": [1, 1, 3]}, {"type": "conv2d", "filters": 2, "kernel": 1}, """
        + """{"type": "softmax"}, {"type": "reshape", "shape": [2]}""")]
    [InlineData("""{"type": "globalavgpool2d"}, {"type": "reshape", "shape": [1, 1, 3]}, {"type": "conv2d", "filters": 2, "kernel": 1}, """
        + """{"type": "sigmoid"}, {"type": "flatten"}""")]
    public void Onnx_ending_givesOurProbabilities(string end)
    {
        string json = $$"""{"name": "end", "input": [6, 7, 2], "layers": [{"type": "conv2d", "filters": 3, "kernel": 2, "useBias": false}, {{end}}]}""";
        AssertAgrees(TestNetworks.Untrained(ModelSpec.Parse(json, "end"), seed: 5), 50);
    }

    [Theory]
    [InlineData("""{"type": "relu", "maxValue": 0.25}""")]
    [InlineData("""{"type": "relu", "maxValue": 0.25, "negativeSlope": 0.5}""")]
    [InlineData("""{"type": "relu", "negativeSlope": 0.5, "threshold": 0.125}""")]
    [InlineData("""{"type": "elu", "alpha": 0.5}""")]
    [InlineData("""{"type": "leakyRelu", "slope": 0.1}""")]
    [InlineData("""{"type": "thresholdedRelu", "theta": 0.125}""")]
    [InlineData("""{"type": "selu"}""")]
    [InlineData("""{"type": "gelu"}""")]
    [InlineData("""{"type": "gelu", "approximate": true}""")]
    [InlineData("""{"type": "silu"}""")]
    [InlineData("""{"type": "hardSilu"}""")]
    [InlineData("""{"type": "sigmoid"}""")]
    [InlineData("""{"type": "hardSigmoid"}""")]
    [InlineData("""{"type": "hardSigmoid", "slope": 0.2}""")]
    [InlineData("""{"type": "tanh"}""")]
    [InlineData("""{"type": "softplus"}""")]
    [InlineData("""{"type": "softsign"}""")]
    [InlineData("""{"type": "exponential"}""")]
    [InlineData("""{"type": "softmax"}""")]
    [InlineData("""{"type": "prelu", "alphaInitializer": "random_uniform"}""")]
    [InlineData("""{"type": "prelu", "alphaInitializer": "glorot_normal", "sharedAxes": [1]}""")]
    public void Onnx_activation_givesOurProbabilities(string activation)
    {
        string json = $$"""
            {"name": "activation", "input": [6, 7, 2], "layers": [
              {"type": "conv2d", "filters": 3, "kernel": 2, "kernelInitializer": "random_normal"}, {{activation}},
              {"type": "flatten"}, {{activation}}, {"type": "dense", "units": 4}, {{activation}}, {"type": "dense", "units": 3, "activation": "softmax"}]}
            """.Replace("\"random_normal\"", """{"name": "random_normal", "stdDev": 0.5}""", StringComparison.Ordinal);
        AssertAgrees(TestNetworks.Untrained(ModelSpec.Parse(json, "activation"), seed: 5), 50);
    }

    [Theory]
    [InlineData(""", "activation": "sigmoid" """, "probabilities", "sigmoid")]
    [InlineData("", "values", "values")]
    public void Onnx_outputOfAnEnd_isCalledWhatItIs(string activation, string name, string kind)
    {
        string json = $$"""{"name": "end", "input": [2, 2, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 1{{activation}}}]}""";
        Snapshot snapshot = TestNetworks.Untrained(ModelSpec.Parse(json, "end"), seed: 5);
        using InferenceSession session = new(TestNetworks.Export(snapshot, ExportFormat.Onnx));
        Assert.Equal(name, Assert.Single(session.OutputMetadata).Key);
        Assert.Equal([-1, 1], session.OutputMetadata[name].Dimensions);
        Assert.Equal(kind, session.ModelMetadata.CustomMetadataMap["output"]);
    }

    [Fact]
    public void Onnx_file_saysWhatItIs()
    {
        Snapshot snapshot = TestNetworks.Small();
        using InferenceSession session = new(TestNetworks.Export(snapshot, ExportFormat.Onnx));
        Assert.Equal([-1, 2, 5, 4], session.InputMetadata["input"].Dimensions);
        Assert.Equal([-1, 4], session.OutputMetadata["probabilities"].Dimensions);
        Assert.Equal("DistConv", session.ModelMetadata.ProducerName);
        Assert.Equal(snapshot.WeightsDigest(), session.ModelMetadata.CustomMetadataMap["weightsDigest"]);
        Assert.Equal(("3", "4", "small"), (
            session.ModelMetadata.CustomMetadataMap["step"], session.ModelMetadata.CustomMetadataMap["classes"],
                session.ModelMetadata.CustomMetadataMap["model"]));
        Assert.Equal("""["0","1","2","3"]""", session.ModelMetadata.CustomMetadataMap["classNames"]);
    }

    /// <summary>A model without weights is none (see <see cref="ModelSpec.Infer"/>), and 1 × 1 windows of nothing are not drawn: all random models have a dense
    /// layer.</summary>
    private static bool HasWeights(ModelSpec model) => model.Infer().Parameters > 0;

    /// <summary>Asserts that ONNX Runtime gives our probabilities.</summary>
    internal static void AssertAgrees(Snapshot snapshot, int inputs)
    {
        ModelPlan plan = snapshot.Spec.Plan();
        TensorShape shape = plan.Model.Input;
        var random = new Random(11);
        var samples = new float[inputs * shape.Size];
        for (int i = 0; i < samples.Length; i++) samples[i] = random.Next(256) / 255f;
        float[] ours = TestNetworks.Probabilities(snapshot, samples), theirs = Run(snapshot, samples, shape);
        Assert.Equal(ours.Length, theirs.Length);
        float furthest = 0f;
        for (int i = 0; i < ours.Length; i++) furthest = Math.Max(furthest, Math.Abs(ours[i] - theirs[i])); // NaN stays NaN.
        Assert.True(furthest <= Tolerance, $"{furthest} in {plan.Model.ToJson()}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{plan.Model.Name}: {inputs} inputs, largest difference {furthest:G3}");
    }

    private static float[] Run(Snapshot snapshot, float[] samples, TensorShape shape)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using InferenceSession session = new(TestNetworks.Export(snapshot, ExportFormat.Onnx), options);
        List<float> results = [];
        const int batch = 50;
        int size = shape.Size, count = samples.Length / size;
        for (int first = 0; first < count; first += batch)
        {
            int rows = Math.Min(batch, count - first);
            var input = new DenseTensor<float>([rows, shape.Channels, shape.Height, shape.Width]);
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < size; i++)
                {
                    int pixel = i / shape.Channels, channel = i % shape.Channels;
                    input[row, channel, pixel / shape.Width, pixel % shape.Width] = samples[((first + row) * size) + i];
                }
            }

            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run([NamedOnnxValue.CreateFromTensor("input", input)]);
            results.AddRange(outputs[0].AsEnumerable<float>());
        }

        return [.. results];
    }
}
