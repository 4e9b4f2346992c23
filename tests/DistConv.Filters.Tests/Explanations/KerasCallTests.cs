using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Explanations;
using DistConv.Filters.Layers;
using Xunit;

namespace DistConv.Filters.Tests.Explanations;

public sealed class KerasCallTests
{
    [Theory]
    [InlineData("Convolution2D(nb_filter=32, nb_row=3, nb_col=3, border_mode='valid')")]
    [InlineData("Convolution2D(32, 3, 3)")]
    [InlineData("model.add(Convolution2D(32, 3, 3, border_mode=\"valid\", input_shape=(5, 5, 1)))")]
    [InlineData("Convolution2D(32, (3, 3))")]
    [InlineData("Conv2D(32, 3)")]
    [InlineData("keras.layers.Conv2D(32, (3, 3), padding='valid'),")]
    [InlineData("layers.Conv2D(filters=32, kernel_size=[3, 3], strides=(1, 1), use_bias=True, kernel_initializer=keras.initializers.GlorotUniform(seed=None))")]
    [InlineData("  conv2d( 32 ,kernel=3 ) ")]
    public void Read_anySpelling_isTheSameConvolution(string text)
    {
        (ModelSpec model, LayerPlan plan) = KerasCall.Read(text, [5, 5, 1]);

        Conv2DSpec conv = Assert.IsType<Conv2DSpec>(plan.Layer);
        Assert.Equal((32, 3, 3, 1, Padding.Valid, "glorot_uniform"),
            (conv.Filters, conv.KernelH, conv.KernelW, conv.StrideH, conv.Padding, conv.KernelInitializer.Name));
        Assert.Equal(new TensorShape(3, 3, 32), plan.Output);
        Assert.Equal((288, 32, 9 * 9 * 32), (plan.KernelParameters, plan.BiasParameters, plan.MultiplyAddsForward));
        Assert.Same(model.Layers[0], plan.Layer);
    }

    [Fact]
    public void Read_positionalArguments_haveKerasOrder()
    {
        Conv2DSpec conv = Assert.IsType<Conv2DSpec>(
            KerasCall.Read("Conv2D(8, (5, 3), 2, 'same', activation='relu', kernel_initializer='he_normal')", [28, 20, 3]).Layer.Layer);

        Assert.Equal((8, 5, 3, 2, 2, Padding.Same, Activation.Relu, "he_normal"),
            (conv.Filters, conv.KernelH, conv.KernelW, conv.StrideH, conv.StrideW, conv.Padding, conv.Activation, conv.KernelInitializer.Name));
        Assert.Equal(new TensorShape(14, 10, 8), KerasCall.Read("Conv2D(8, (5, 3), 2, 'same')", [28, 20, 3]).Layer.Output);
    }

    [Theory]
    [InlineData("Convolution2D(64, 3, 3, border_mode='same', input_shape=(3, 256, 256))", null, "(256, 256, 64)", 1792, "the first number is 3 while")]
    [InlineData("Conv2D(8, 3, data_format='channels_first', input_shape=(4, 28, 20))", null, "(26, 18, 8)", 296, "channels first is stated")]
    [InlineData("Convolution2D(8, 3, 3, dim_ordering='th')", "1,28,20", "(26, 18, 8)", 80, "channels first is stated")]
    [InlineData("Conv2D(8, 3, data_format='channels_last')", "3,28,20", "(1, 26, 8)", 1448, "channels last is stated")]
    [InlineData("Conv2D(8, 3)", "3,28,20", "(26, 18, 8)", 224, "the first number is 3 while both others are larger")]
    [InlineData("Conv2D(8, 3)", "28,20,3", "(26, 18, 8)", 224, null)]
    [InlineData("Conv2D(64, 3)", "3,3,32", "(1, 1, 64)", 18496, null)]
    public void Read_ambiguousShape_followsTheRuleAndSaysWhichDecided(string text, string? input, string output, int parameters, string? rule)
    {
        LayerOfModel read = KerasCall.Read(text, input is null ? null : KerasCall.ParseShape(input));

        Assert.Equal((output, parameters), (read.Layer.Output.ToString(), (int)read.Layer.Parameters));
        if (rule is null) Assert.Null(read.ShapeRule);
        else Assert.Contains(rule, read.ShapeRule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dense(10, activation='softmax')", "128", "(10)")]
    [InlineData("Dense(128, 'relu')", "784", "(128)")]
    [InlineData("Dense(output_dim=7)", "4,4,2", "(7)")]
    [InlineData("MaxPooling2D((2, 2))", "26,26,32", "(13, 13, 32)")]
    [InlineData("MaxPooling2D(pool_size=(3, 2), strides=None, padding='same')", "26,26,32", "(9, 13, 32)")]
    [InlineData("AveragePooling2D(2)", "5x5x3", "(2, 2, 3)")]
    [InlineData("Flatten()", "3,3,32", "(288)")]
    [InlineData("Dropout(0.25)", "3,3,32", "(3, 3, 32)")]
    [InlineData("Activation('relu')", "3,3", "(3, 3, 1)")]
    [InlineData("Activation('softmax')", "10", "(10)")]
    [InlineData("Softmax()", "10", "(10)")]
    [InlineData("GlobalAveragePooling2D()", "7,7,64", "(64)")]
    [InlineData("ZeroPadding2D(((1, 0), (2, 3)))", "6,7,2", "(7, 12, 2)")]
    [InlineData("GlobalMaxPooling2D(keepdims=True)", "6,7,2", "(1, 1, 2)")]
    [InlineData("Reshape((3, -1, 4))", "6,7,2", "(3, 7, 4)")]
    [InlineData("Permute((2, 1, 3))", "6,7,2", "(7, 6, 2)")]
    [InlineData("SpatialDropout2D(0.2)", "6,7,2", "(6, 7, 2)")]
    [InlineData("GaussianNoise(0.1)", "6,7,2", "(6, 7, 2)")]
    [InlineData("GaussianDropout(0.1)", "784", "(1, 1, 784)")]
    [InlineData("AlphaDropout(0.1)", "6,7,2", "(6, 7, 2)")]
    [InlineData("ActivityRegularization(l2=0.01)", "6,7,2", "(6, 7, 2)")]
    [InlineData("Rescaling(2, offset=-1)", "6,7,2", "(6, 7, 2)")]
    [InlineData("Normalization(mean=[0.5, 0.4], variance=[0.1, 0.2])", "6,7,2", "(6, 7, 2)")]
    [InlineData("Cropping2D(cropping=(1, 2))", "6,7,2", "(4, 3, 2)")]
    [InlineData("RandomFlip('horizontal')", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomFlip(mode='vertical')", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomFlip()", "6,7,2", "(6, 7, 2)")]
    [InlineData("layers.experimental.preprocessing.RandomRotation(0.1)", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomRotation((-0.2, 0.3), 'constant', fill_value=1.0, seed=3)", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomTranslation(0.1, (-0.2, 0.3), fill_mode='wrap')", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomZoom(0.2, None, 'nearest', 'nearest')", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomZoom((-0.3, -0.2), 0.1)", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomContrast(0.3, value_range=(0, 1))", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomBrightness([-0.1, 0.2])", "6,7,2", "(6, 7, 2)")]
    [InlineData("RandomCrop(4, 5)", "6,7,2", "(4, 5, 2)")]
    [InlineData("RandomCrop(8, 5)", "6,7,2", "(8, 5, 2)")]
    [InlineData("CenterCrop(4, width=5)", "6,7,2", "(4, 5, 2)")]
    [InlineData("Resizing(12, 9, 'nearest', crop_to_aspect_ratio=True)", "6,7,2", "(12, 9, 2)")]
    [InlineData("Resizing(12, 9, pad_to_aspect_ratio=True, fill_value=0.5)", "6,7,2", "(12, 9, 2)")]
    [InlineData("LeakyReLU(0.1)", "3,3,4", "(3, 3, 4)")]
    [InlineData("PReLU(shared_axes=[1, 2])", "3,3,4", "(3, 3, 4)")]
    [InlineData("ReLU(6)", "3,3,4", "(3, 3, 4)")]
    [InlineData("Activation('swish')", "3,3,4", "(3, 3, 4)")]
    [InlineData("elu(0.5)", "3,3,4", "(3, 3, 4)")]
    [InlineData("Dense(7, 'tanh')", "16", "(7)")]
    [InlineData("Conv2D(8, 3, activation='elu')", "5,5,1", "(3, 3, 8)")]
    [InlineData("Conv2D(8, 3, activation='softmax')", "5,5,1", "(3, 3, 8)")]
    public void Read_otherLayers_giveTheirOutput(string text, string input, string output)
    {
        LayerPlan plan = KerasCall.Read(text, KerasCall.ParseShape(input)).Layer;

        Assert.Equal(output, plan.Output.ToString());
        Assert.NotEmpty(LayerExplanation.Of(plan).Sections);
    }

    [Theory]
    [InlineData("Conv2D(32, (3, 3)", "the layer ends too early: expected ',' or ')' after an argument")]
    [InlineData("Conv2D(32 (3, 3))", "the layer, column 11: expected ',' or ')' after an argument, found '('")]
    [InlineData("Conv2D(32, (3, 3)) + 1", "the layer, column 20: expected nothing more after the call, found '+'")]
    [InlineData("Conv2D(32, (3, 3), padding='same)", "the layer, column 28: the text that begins here has no closing '")]
    [InlineData("Conv2D(filters=32, (3, 3))", "the layer, column 20: an argument without a name stands after one with a name; Python wants it before")]
    [InlineData("Conv2D(32, 3, padding=same)",
        "the layer, column 23: 'same' is a variable, and only its value is understood here; write a text in quotes ('same') or a number")]
    [InlineData("Conv2D(32, 3, padding='same', padding='valid')", "the layer, column 31: the argument padding is there twice")]
    [InlineData("Conv2D(32, 3, filters=8)", "the layer, column 15: filters is given twice, by its place and by its name")]
    [InlineData("Conv2D(32, 3x3)", "the layer, column 12: '3x3' is no number")]
    [InlineData("Convolution2D(nb_filtr=32, nb_row=3, nb_col=3)", "Convolution2D, column 15: unknown property 'nb_filtr'; known: ",
        "did you mean 'nb_filter'?")]
    [InlineData("Conv2D(32, 3, padding='sam')", "Conv2D, column 15: padding 'sam' is unknown; known: valid, same; did you mean 'same'?")]
    [InlineData("Conv2D(0, 3)", "Conv2D: filters must be a whole number from 1 to 65,536; it is 0")]
    [InlineData("Conv2D(32, 7)", "Conv2D: kernel 7x7 is larger than its input (5, 5, 1)")]
    [InlineData("Dense(5, use_bias=3)", "Dense, column 10: use_bias must be true or false; it is 3")]
    [InlineData("Conv3D(32, kernel_size=3)", "the layer: unknown layer 'Conv3D'; did you mean 'conv2d'?")]
    [InlineData("Conv3D(32, 3)", "the layer: unknown layer 'Conv3D'; did you mean 'conv2d'?")]
    [InlineData("Flatten(3, 4)", "the layer, column 9: Flatten takes no argument without a name; name this one")]
    [InlineData("Activation('linear')", "the layer changes nothing")]
    [InlineData("Conv2D(((((((((((1", "the layer, column")]
    public void Read_mistakes_areNamedWithTheirPlace(string text, params string[] fragments)
    {
        string message = Assert.Throws<InvalidInputException>(() => KerasCall.Read(text, [5, 5, 1])).Message;

        Assert.All(fragments, fragment => Assert.Contains(fragment, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("5,5,0")]
    [InlineData("five")]
    [InlineData("1,2,3,4")]
    [InlineData("")]
    public void ParseShape_noShape_isRefused(string text) =>
        Assert.Contains("28,28,1", Assert.Throws<InvalidInputException>(() => KerasCall.ParseShape(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_withoutInput_takesTheLayersOwnOrAsks()
    {
        Assert.Equal(new TensorShape(26, 26, 8), KerasCall.Read("Conv2D(8, 3, input_shape=(28, 28, 1))", null).Layer.Output);
        Assert.Equal(784 * 10, KerasCall.Read("Dense(10, input_dim=784)", null).Layer.KernelParameters);
        string message = Assert.Throws<InvalidInputException>(() => KerasCall.Read("Conv2D(8, 3)", null)).Message;
        Assert.Contains("add input_shape=(28, 28, 1)", message, StringComparison.Ordinal);
    }
}
