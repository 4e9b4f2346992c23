using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

public sealed class KerasShapeTests
{
    [Theory]
    [InlineData(3, 256, 256, null, "(256, 256, 3)", true)] // Keras 1's own example of Convolution2D.
    [InlineData(1, 28, 28, null, "(28, 28, 1)", true)]
    [InlineData(3, 256, 256, ChannelOrder.Last, "(3, 256, 256)", true)]
    [InlineData(256, 256, 3, ChannelOrder.First, "(256, 3, 256)", true)]
    [InlineData(28, 28, 1, null, "(28, 28, 1)", false)]
    [InlineData(3, 3, 32, null, "(3, 3, 32)", false)] // A feature map, not a picture of 3 channels.
    [InlineData(1, 1, 512, null, "(1, 1, 512)", false)]
    [InlineData(3, 64, 3, null, "(3, 64, 3)", false)]
    [InlineData(4, 64, 64, null, "(4, 64, 64)", false)]
    public void Read_threeNumbers_followsTheRuleAndNamesItWhereItMatters(int first, int second, int third, ChannelOrder? stated, string expected, bool hasRule)
    {
        (TensorShape shape, string? rule) = KerasShape.Read(first, second, third, stated);

        Assert.Equal(expected, shape.ToString());
        Assert.Equal(hasRule, rule is not null);
    }

    [Theory]
    [InlineData("", "the first number is 3 while both others are larger")]
    [InlineData(", \"dim_ordering\": \"th\"", "channels first is stated")]
    [InlineData(", \"data_format\": \"channels_first\"", "channels first is stated")]
    public void Load_modelOfKeras1_readsChannelsFirstAndSaysWhy(string order, string reason)
    {
        const string Settings = "\"nb_filter\": 64, \"nb_row\": 3, \"nb_col\": 3, \"border_mode\": \"same\", \"input_shape\": [3, 256, 256]";
        ModelReading reading = Read($"{{\"class_name\": \"Convolution2D\", \"config\": {{{Settings}{order}}}}}");

        LayerPlan convolution = reading.Model.Infer().Layers[0];
        Assert.Equal(new TensorShape(256, 256, 3), convolution.Input);
        Assert.Equal(new TensorShape(256, 256, 64), convolution.Output);
        Assert.Equal(1792, convolution.Parameters);
        string decided = string.Join('\n', reading.Decided);
        Assert.Contains("input_shape (3, 256, 256) means height 256, width 256 and 3 channels (channels first)", decided, StringComparison.Ordinal);
        Assert.Contains(reason, decided, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_channelsLastStatedByAnyLayer_winsOverTheNumbers()
    {
        ModelReading reading = Read(
            """{"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 1, "batch_input_shape": [null, 3, 16, 16]}}""",
            """{"class_name": "MaxPooling2D", "config": {"data_format": "channels_last"}}""");

        Assert.Equal(new TensorShape(3, 16, 16), reading.Model.Input);
        Assert.Contains("(channels last): channels last is stated", Assert.Single(reading.Decided), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_layersThatStateDifferentOrders_areRefused()
    {
        string message = Assert.Throws<InvalidInputException>(() => Read(
            """{"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": 1, "data_format": "channels_last"}}""",
            """{"class_name": "MaxPooling2D", "config": {"data_format": "channels_first"}}""")).Message;

        Assert.Equal(
            "m.json: layer 2 (MaxPooling2D) states channels first, but an earlier layer states channels last; "
            + "all layers of a model must state the same order",
            message);
    }

    [Fact]
    public void Load_ownInput_isAlwaysHeightWidthChannels()
    {
        ModelSpec model = ModelSpec.Parse(
            """{"input": [3, 16, 16], "layers": [{"type": "flatten"}, {"type": "dense", "units": 2, "activation": "softmax"}]}""", "m.json");

        Assert.Equal(new TensorShape(3, 16, 16), model.Input);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
    }

    private static ModelReading Read(params string[] layers)
    {
        string end = """{"class_name": "Flatten", "config": {}}, {"class_name": "Dense", "config": {"units": 2, "activation": "softmax"}}""";
        string json = $$"""{"class_name": "Sequential", "config": [{{string.Join(", ", layers)}}, {{end}}]}""";
        return ModelReading.Read(System.Text.Encoding.UTF8.GetBytes(json), "m.json");
    }
}
