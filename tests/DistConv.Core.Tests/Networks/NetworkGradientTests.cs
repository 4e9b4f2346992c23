using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Tests.Kernels;
using DistConv.Core.Tests.Oracle;
using Xunit;

namespace DistConv.Core.Tests.Networks;

/// <summary>
/// Gradients of whole networks with every layer type. A network in double precision agrees with its own central differences to 10⁻⁶, and the kernels
/// agree with it to 10⁻³ (both relative, and to the largest gradient of the layer where one is small).
/// </summary>
public sealed class NetworkGradientTests
{
    private const int Samples = 3;
    private static readonly int[] Labels = [2, 0, 1];

    public static TheoryData<string, string> Models => new()
    {
        { "dense", """{"type":"flatten"},{"type":"dense","units":5,"activation":"relu"},{"type":"dense","units":3,"activation":"softmax"}""" },
        { "conv valid", """{"type":"conv2d","filters":4,"kernel":3},{"type":"conv2d","filters":3,"kernel":[2,3],"activation":"relu"},""" + Head },
        { "conv same", """{"type":"conv2d","filters":3,"kernel":3,"padding":"same"},{"type":"conv2d","filters":2,"kernel":[4,5],"padding":"same"},""" + Head },
        { "conv strided", """{"type":"conv2d","filters":3,"kernel":3,"strides":2},""" + Head },
        {
            "conv same strided",
            """{"type":"conv2d","filters":3,"kernel":2,"padding":"same"},{"type":"conv2d","filters":3,"kernel":3,"strides":[2,3],"padding":"same"},""" + Head
        },
        {
            "conv dilated",
            """{"type":"conv2d","filters":3,"kernel":3,"dilation":2,"padding":"same","activation":"relu"},"""
                + """{"type":"conv2d","filters":2,"kernel":[2,3],"dilation":[3,1]},""" + Head
        },
        {
            "conv in groups",
            """{"type":"conv2d","filters":6,"kernel":2,"groups":2},{"type":"conv2d","filters":9,"kernel":3,"groups":3,"strides":2,"padding":"same"},"""
                + """{"type":"conv2d","filters":18,"kernel":2,"groups":9,"dilation":[1,2],"padding":"same","activation":"relu"},""" + Head
        },
        {
            "depthwise",
            """{"type":"depthwiseconv2d","kernel":[3,2],"depthMultiplier":9,"activation":"relu"},"""
                + """{"type":"depthwiseconv2d","kernel":3,"strides":2,"padding":"same","useBias":false},"""
                + """{"type":"depthwiseconv2d","kernel":2,"dilation":[1,2],"padding":"same","activation":"tanh"},""" + Head
        },
        {
            "separable",
            """{"type":"separableconv2d","filters":5,"kernel":3,"depthMultiplier":2,"activation":"relu"},"""
                + """{"type":"separableconv2d","filters":17,"kernel":[2,3],"padding":"same","dilation":2,"useBias":false},"""
                + """{"type":"relu"},{"type":"separableconv2d","filters":3,"kernel":2,"strides":2,"activation":"elu"},""" + Head
        },
        { "without bias", """{"type":"conv2d","filters":3,"kernel":3,"useBias":false},{"type":"flatten"},{"type":"dense","units":3,"useBias":false},"""
            + """{"type":"softmax"}""" },
        { "maxpool", """{"type":"conv2d","filters":3,"kernel":2},{"type":"maxpool2d","pool":2},""" + Head },
        { "maxpool overlapping", Conv + """{"type":"maxpool2d","pool":3,"strides":[1,2],"padding":"same"},""" + Head },
        { "avgpool", """{"type":"conv2d","filters":3,"kernel":2},{"type":"avgpool2d","pool":2},""" + Head },
        { "avgpool overlapping", Conv + """{"type":"avgpool2d","pool":[3,2],"strides":[2,1],"padding":"same"},""" + Head },
        { "globalavgpool", Conv + """{"type":"globalavgpool2d"},{"type":"dense","units":3},{"type":"softmax"}""" },
        { "relu", Conv + """{"type":"relu"},{"type":"flatten"},{"type":"dense","units":6},{"type":"relu"},""" + Last },
        { "dropout", Conv + """{"type":"dropout","rate":0.4},{"type":"flatten"},{"type":"dense","units":9},{"type":"dropout","rate":0.5},""" + Last },
        { "elu, tanh", Conv + """{"type":"elu","alpha":0.7},{"type":"flatten"},{"type":"dense","units":6,"activation":"tanh"},""" + Last },
        { "relu6, leaky relu", Conv + """{"type":"relu","maxValue":0.5,"negativeSlope":0.1,"threshold":0.05},{"type":"leakyRelu"},""" + Head },
        { "gelu, silu", """{"type":"conv2d","filters":3,"kernel":2,"activation":"gelu"},""" + Conv + """{"type":"silu"},""" + Head },
        { "behind relu", """{"type":"conv2d","filters":4,"kernel":2,"activation":"relu"},{"type":"sigmoid"},{"type":"softplus"},""" + Head },
        { "softmax inside", Conv + """{"type":"softmax"},{"type":"softsign"},{"type":"selu"},""" + Head },
        { "batchnorm", Conv + """{"type":"batchnorm"},{"type":"relu"},{"type":"flatten"},{"type":"dense","units":5},{"type":"batchnorm"},""" + Last },
        { "batchnorm after relu", """{"type":"conv2d","filters":9,"kernel":3,"activation":"relu"},{"type":"batchnorm","epsilon":0.1},""" + Head },
        { "batchnorm without scale", Conv + """{"type":"batchnorm","scale":false},{"type":"maxpool2d"},""" + Head },
        { "batchnorm without centre", Conv + """{"type":"batchnorm","center":false},{"type":"batchnorm","center":false,"scale":false},""" + Head },
        { "batchnorm first", """{"type":"batchnorm"},""" + Conv + Head },
        { "prelu", Conv + """{"type":"prelu"},{"type":"flatten"},{"type":"dense","units":19},{"type":"prelu"},""" + Last },
        { "prelu of channels", Conv + """{"type":"prelu","sharedAxes":[1,2]},{"type":"conv2d","filters":17,"kernel":3,"activation":"prelu"},""" + Head },
        {
            "prelu of positions",
            Conv + """{"type":"prelu","sharedAxes":[3]},{"type":"conv2d","filters":1,"kernel":3},{"type":"tanh"},{"type":"prelu"},""" + Head
        },
        { "prelu of rows", """{"type":"prelu","sharedAxes":[2,3]},{"type":"conv2d","filters":3,"kernel":3,"activation":"elu"},""" + Shared + Last },
        { "sigmoid units", Conv + """{"type":"flatten"},{"type":"dense","units":3,"activation":"sigmoid"}""" },
        { "sigmoid before a shape", Conv + """{"type":"flatten"},{"type":"dense","units":19,"activation":"sigmoid"},{"type":"reshape","shape":[19]}""" },
        { "numbers", Conv + """{"type":"flatten"},{"type":"dense","units":5}""" },
        { "one number", Conv + """{"type":"flatten"},{"type":"dense","units":1},{"type":"softplus"}""" },
        { "relu at the end", Conv + """{"type":"flatten"},{"type":"dense","units":19,"activation":"relu"},{"type":"flatten"}""" },
        { "relu before softmax", Conv + """{"type":"flatten"},{"type":"dense","units":9,"activation":"relu"},{"type":"softmax"}""" },
        {
            "everything",
            """{"type":"conv2d","filters":5,"kernel":3,"padding":"same","activation":"relu"},{"type":"dropout","rate":0.2},"""
                + """{"type":"maxpool2d","pool":2,"strides":1},"""
            + """{"type":"conv2d","filters":4,"kernel":2},{"type":"relu"},{"type":"avgpool2d","pool":2,"strides":1},{"type":"flatten"},"""
            + """{"type":"dense","units":8,"activation":"relu"},{"type":"dropout","rate":0.3},{"type":"dense","units":3,"activation":"softmax"}"""
        },
    };

    private static string Shared => """{"type":"prelu","sharedAxes":[1]},{"type":"flatten"},{"type":"dense","units":9},{"type":"prelu","sharedAxes":[1]},""";

    private static string Last => """{"type":"dense","units":3,"activation":"softmax"}""";

    private static string Head => """{"type":"flatten"},""" + Last;

    private static string Conv => """{"type":"conv2d","filters":4,"kernel":2,"padding":"same"},""";

    [Theory]
    [MemberData(nameof(Models))]
    [MemberData(nameof(ShapeModels.All), MemberType = typeof(ShapeModels))]
    public void OracleGradient_everyLayerType_equalsCentralDifferences(string name, string layers)
    {
        Assert.NotEmpty(name);
        const double Step = 1e-5;
        ModelSpec model = Model(layers);
        float[][] samples = Inputs(model);
        float[] parameters = TestData.Smooth(checked((int)model.Infer().Parameters), 11);
        using var run = new FloatNetRun(model, KernelSets.Supported[0], samples, Labels, parameters);
        var oracle = new OracleNet(model.Infer(), parameters, run.DropoutFactors);
        double[][] inputs = [.. samples.Select(sample => TestData.ToDouble(sample))];
        oracle.Loss(inputs, Labels, backward: true);
        double[][] analytic = [.. oracle.Learned.Select(layer => layer.Gradients.ToArray())];
        for (int l = 0; l < analytic.Length; l++)
        {
            double[] values = oracle.Learned[l].Parameters;
            var numeric = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                double old = values[i];
                values[i] = old + Step;
                double above = oracle.Loss(inputs, Labels, backward: false);
                values[i] = old - Step;
                double below = oracle.Loss(inputs, Labels, backward: false);
                values[i] = old;
                numeric[i] = (above - below) / (2 * Step);
            }

            AssertClose(numeric, analytic[l], 1e-6, $"{name}, learned layer {l}");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    [MemberData(nameof(ShapeModels.All), MemberType = typeof(ShapeModels))]
    public void NetworkGradient_everySetAndLayerType_isCloseToOracle(string name, string layers)
    {
        ModelSpec model = Model(layers);
        float[][] samples = Inputs(model);
        float[] parameters = TestData.Smooth(checked((int)model.Infer().Parameters), 11);
        foreach (KernelSet set in KernelSets.Supported)
        {
            using var run = new FloatNetRun(model, set, samples, Labels, parameters);
            var oracle = new OracleNet(model.Infer(), parameters, run.DropoutFactors);
            double loss = oracle.Loss([.. samples.Select(sample => TestData.ToDouble(sample))], Labels, backward: true);
            Assert.Equal(loss, run.Loss, 1e-5 * loss);
            ReadOnlySpan<float> gradient = run.Gradient;
            foreach (OracleLayer layer in oracle.Learned)
            {
                AssertClose(layer.Gradients, TestData.ToDouble(gradient[..layer.Gradients.Length]), 1e-3, $"{name} with {set}");
                gradient = gradient[layer.Gradients.Length..];
            }

            Assert.True(gradient.IsEmpty);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    [MemberData(nameof(ShapeModels.All), MemberType = typeof(ShapeModels))]
    public void NetworkGradient_everySet_givesTheSameBits(string name, string layers)
    {
        ModelSpec model = Model(layers);
        float[][] samples = Inputs(model);
        float[] parameters = TestData.Smooth(checked((int)model.Infer().Parameters), 12);
        using var expected = new FloatNetRun(model, KernelSets.Supported[0], samples, Labels, parameters);
        foreach (KernelSet set in KernelSets.Supported.Skip(1))
        {
            using var actual = new FloatNetRun(model, set, samples, Labels, parameters);
            Assert.Equal(expected.Loss, actual.Loss);
            SameBits.Check(expected.Gradient, actual.Gradient, $"{name} with {set}");
        }
    }

    private static ModelSpec Model(string layers) => ModelSpec.Parse($$"""{"name":"m","input":[6,7,2],"layers":[{{layers}}]}""", "test");

    private static float[][] Inputs(ModelSpec model) => [.. Enumerable.Range(0, Samples).Select(n => TestData.Smooth(model.Input.Size, 20 + n))];

    private static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        double floor = expected.Max(Math.Abs) * 1e-3;
        Assert.True(floor > 0, $"{what}: no gradient at all");
        for (int i = 0; i < expected.Length; i++)
        {
            double scale = Math.Max(Math.Max(Math.Abs(expected[i]), Math.Abs(actual[i])), floor);
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"{what}, parameter {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }
}
