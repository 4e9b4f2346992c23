using DistConv.Core.Layers;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.SeparableConv2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models;

/// <summary>Depthwise and separable convolutions: spellings, shapes, tensors and messages.</summary>
public sealed class SeparableSpecTests
{
    private const string End = """{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}""";

    [Theory]
    [InlineData("""{"type":"depthwiseconv2d","name":"d","kernel":[3,2],"depthMultiplier":2,"padding":"same","activation":"relu","useBias":false}""")]
    [InlineData("""
        {"class_name":"DepthwiseConv2D","config":{"name":"d","kernel_size":[3,2],"strides":[1,1],"padding":"same","depth_multiplier":2,
          "data_format":"channels_last","dilation_rate":[1,1],"groups":1,"activation":"relu","use_bias":false,"depthwise_regularizer":null,
          "depthwise_initializer":{"class_name":"GlorotUniform","config":{"seed":null}},"depthwise_constraint":null}}
        """)]
    public void Parse_ofADepthwiseConvolution_hasOneCanonicalForm(string layer)
    {
        ModelSpec model = Parse(layer);

        Assert.IsType<DepthwiseConv2DSpec>(model.Layers[0]);
        Assert.Contains(
            "\"kernel\":[3,2],\"strides\":[1,1],\"padding\":\"same\",\"depthMultiplier\":2,\"activation\":\"relu\",\"depthwiseInitializer\":\"glorot_uniform\","
                + "\"biasInitializer\":\"zeros\",\"useBias\":false}",
            model.ToJson(), StringComparison.Ordinal);
        LayerPlan plan = model.Infer().Layers[0];
        Assert.Equal(new TensorShape(5, 6, 6), plan.Output);
        TensorPlan kernel = Assert.Single(plan.Tensors);
        Assert.Equal("depthwise_kernel", kernel.Role);
        Assert.Equal([3, 2, 3, 2], kernel.Shape);
        Assert.Equal((18, 12), (kernel.FanIn, kernel.FanOut)); // Keras's compute_fans of [3, 2, 3, 2].
        Assert.Equal(36, plan.KernelParameters);
        Assert.Equal(13 * 11 * 6, plan.MultiplyAddsForward); // 5 rows meet 2 + 3·3 + 2 taps, 6 columns 5·2 + 1.
    }

    [Theory]
    [InlineData("""{"type":"separableconv2d","name":"s","filters":4,"kernel":3,"depthMultiplier":2,"depthwiseInitializer":"he_normal","""
        + """ "pointwiseInitializer":"he_normal"}""")]
    [InlineData("""
        {"class_name":"SeparableConvolution2D","config":{"name":"s","nb_filter":4,"nb_row":3,"nb_col":3,"init":"he_normal","depth_multiplier":2,
          "border_mode":"valid","subsample":[1,1],"dim_ordering":"tf","bias":true,"activation":"linear","pointwise_regularizer":null}}
        """)]
    [InlineData("""
        {"class_name":"SeparableConv2D","config":{"name":"s","filters":4,"kernel_size":[3,3],"depth_multiplier":2,"groups":1,
          "kernel_initializer":{"class_name":"GlorotUniform","config":{}},"depthwise_initializer":{"class_name":"HeNormal","config":{}},
          "pointwise_initializer":{"class_name":"HeNormal","config":{}}}}
        """)]
    public void Parse_ofASeparableConvolution_hasOneCanonicalForm(string layer)
    {
        ModelSpec model = Parse(layer);

        SeparableConv2DSpec conv = Assert.IsType<SeparableConv2DSpec>(model.Layers[0]);
        Assert.Equal(("he_normal", "he_normal"), (conv.DepthwiseInitializer.Name, conv.PointwiseInitializer.Name));
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
        LayerPlan plan = model.Infer().Layers[0];
        Assert.Equal(new TensorShape(3, 4, 4), plan.Output);
        Assert.Equal(["depthwise_kernel", "pointwise_kernel", "bias"], plan.Tensors.Select(tensor => tensor.Role));
        Assert.Equal([1, 1, 6, 4], plan.Tensors[1].Shape);
        Assert.Equal((54, 24, 4), (plan.Tensors[0].Length, plan.Tensors[1].Length, plan.BiasParameters));
        Assert.Equal((3 * 4 * 9 * 6) + (3 * 4 * 6 * 4), plan.MultiplyAddsForward);
    }

    [Theory]
    [InlineData("""{"type":"depthwiseconv2d","kernel":6}""",
        "(depthwiseconv2d): kernel 6x6 is larger than its input (5, 6, 3); with padding 'valid' at most 5x6 fits")]
    [InlineData("""{"type":"depthwiseconv2d","kernel":2,"dilation":2,"strides":2}""", "(depthwiseconv2d): dilation 2x2 needs strides 1; they are 2x2")]
    [InlineData("""{"type":"depthwiseconv2d","kernel":2,"depthMultiplier":30000}""",
        "(depthwiseconv2d): depthMultiplier 30,000 makes 90,000 channels of its input (5, 6, 3); at most 65,536 are possible")]
    [InlineData("""{"type":"separableconv2d","kernel":2}""", "(separableconv2d): property 'filters' is missing, for example \"filters\": 32")]
    [InlineData("""{"type":"separableconv2d","filters":2,"kernel":2,"depth_multiplier":0}""",
        "(separableconv2d): depth_multiplier must be a whole number from 1 to 65,536; it is 0")]
    public void Parse_ofAWrongSetting_saysWhatWouldBeRight(string layer, string expected)
    {
        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => Parse(layer).Infer());

        Assert.EndsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    private static ModelSpec Parse(string layer) => ModelSpec.Parse($$"""{"input":[5,6,3],"layers":[{{layer}},{{End}}]}""", "m.json");
}
