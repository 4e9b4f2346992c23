using DistConv.Core.Layers;
using DistConv.Core.Layers.CenterCrop;
using DistConv.Core.Layers.RandomBrightness;
using DistConv.Core.Layers.RandomContrast;
using DistConv.Core.Layers.RandomCrop;
using DistConv.Core.Layers.RandomFlip;
using DistConv.Core.Layers.RandomRotation;
using DistConv.Core.Layers.RandomTranslation;
using DistConv.Core.Layers.RandomZoom;
using DistConv.Core.Layers.Resizing;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models;

/// <summary>Spellings of the layers that vary and resize pictures: ours, those of tf.keras 2 (also experimental.preprocessing), and those of Keras 3.</summary>
public sealed class AugmentationSpecTests
{
    private static readonly LayerSpec[] _layers =
    [
        new RandomFlipSpec("n", FlipMode.Horizontal),
        new RandomFlipSpec("n", FlipMode.HorizontalAndVertical),
        new RandomRotationSpec("n", new(-0.1, 0.1)),
        new RandomTranslationSpec("n", new(-0.2, 0.3), new(-0.1, 0.1)) { FillMode = FillMode.Constant, FillValue = 0.5 },
        new RandomZoomSpec("n", new(-0.2, 0.2), WidthFactor: null) { Interpolation = Interpolation.Nearest },
        new RandomZoomSpec("n", new(-0.3, -0.2), new(-0.1, 0.1)) { FillMode = FillMode.Wrap },
        new RandomContrastSpec("n", new(0.2, 0.2), new(0, 1)),
        new RandomContrastSpec("n", new(0.3, 0.1), new(0, 255)),
        new RandomBrightnessSpec("n", new(-0.2, 0.2), new(-1, 1)),
        new RandomCropSpec("n", 4, 3),
        new CenterCropSpec("n", 4, 3),
        new ResizingSpec("n", 9, 3),
        new ResizingSpec("n", 9, 3) { Interpolation = Interpolation.Nearest, CropToAspectRatio = true },
        new ResizingSpec("n", 9, 3) { PadToAspectRatio = true, FillValue = 0.5 },
    ];

    [Theory]
    [InlineData(0, """{"type":"RandomFlip","name":"n","trainable":true,"dtype":"float32","mode":"horizontal","seed":null}""")]
    [InlineData(0, """{"type":"RandomFlip","name":"n","seed":42,"mode":"horizontal","data_format":"channels_last"}""")]
    [InlineData(1, """{"type":"randomflip","name":"n"}""")]
    [InlineData(1, """{"type":"RandomFlip","name":"n","mode":"horizontal_and_vertical"}""")]
    [InlineData(2, """{"type":"RandomRotation","name":"n","factor":0.1,"fill_mode":"reflect","fill_value":0.0,"interpolation":"bilinear","seed":null}""")]
    [InlineData(2, """{"type":"RandomRotation","name":"n","factor":[-0.1,0.1],"data_format":"channels_last","seed":null}""")]
    [InlineData(2, """{"type":"randomrotation","name":"n","factor":-0.1}""")]
    [InlineData(2, """{"type":"RandomRotation","name":"n","factor":[0.1,-0.1]}""")]
    [InlineData(3, """{"type":"RandomTranslation","name":"n","height_factor":[-0.2,0.3],"width_factor":0.1,"fill_mode":"constant","fill_value":0.5}""")]
    [InlineData(3, """{"type":"randomtranslation","name":"n","heightFactor":[0.3,-0.2],"widthFactor":0.1,"fillMode":"constant","fillValue":0.5}""")]
    [InlineData(4, """{"type":"RandomZoom","name":"n","height_factor":0.2,"width_factor":null,"interpolation":"nearest","fill_mode":"reflect"}""")]
    [InlineData(4, """{"type":"randomzoom","name":"n","heightFactor":0.2,"interpolation":"nearest"}""")]
    [InlineData(5, """{"type":"RandomZoom","name":"n","height_factor":[-0.3,-0.2],"width_factor":[-0.1,0.1],"fill_mode":"wrap","fill_value":0.0}""")]
    [InlineData(6, """{"type":"RandomContrast","name":"n","factor":0.2,"seed":null}""")]
    [InlineData(7, """{"type":"RandomContrast","name":"n","factor":[0.3,0.1],"value_range":[0,255]}""")]
    [InlineData(8, """{"type":"RandomBrightness","name":"n","factor":[-0.2,0.2],"value_range":[-1.0,1.0],"seed":7}""")]
    [InlineData(8, """{"type":"randombrightness","name":"n","factor":0.2,"valueRange":[-1,1]}""")]
    [InlineData(9, """{"type":"RandomCrop","name":"n","height":4,"width":3,"seed":11,"data_format":"channels_last"}""")]
    [InlineData(10, """{"type":"CenterCrop","name":"n","height":4,"width":3,"data_format":"channels_last"}""")]
    [InlineData(11, """{"type":"Resizing","name":"n","height":9,"width":3,"interpolation":"bilinear","crop_to_aspect_ratio":false}""")]
    [InlineData(11, """{"type":"Resizing","name":"n","height":9,"width":3,"pad_to_aspect_ratio":false,"fill_mode":"constant","fill_value":0.0}""")]
    [InlineData(11, """{"type":"Resizing","name":"n","height":9,"width":3,"antialias":false}""")]
    [InlineData(13, """{"type":"Resizing","name":"n","height":9,"width":3,"pad_to_aspect_ratio":true,"fill_mode":"constant","fill_value":0.5}""")]
    [InlineData(13, """{"type":"resizing","name":"n","height":9,"width":3,"padToAspectRatio":true,"fillValue":0.5}""")]
    [InlineData(12, """{"type":"resizing","name":"n","height":9,"width":3,"interpolation":"nearest","cropToAspectRatio":true}""")]
    public void Parse_ofAnySpelling_isTheSameLayer(int expected, string layer)
    {
        ModelSpec model = Parse(layer);
        Assert.Equal(_layers[expected], model.Layers[0]);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
        TensorShape output = _layers[expected] is ResizeSpec { Height: var height, Width: var width } ? new(height, width, 4) : new(6, 5, 4);
        Assert.Equal(output, model.Infer().Layers[0].Output);
        Assert.Equal(0, model.Infer().Layers[0].Parameters);
    }

    [Fact]
    public void ToJson_ofAugmentation_isCanonical()
    {
        Assert.Contains(
            """{"type":"randomtranslation","name":"n","heightFactor":[-0.2,0.3],"widthFactor":[-0.1,0.1],"fillMode":"constant","fillValue":0.5,"""
                + "\"interpolation\":\"bilinear\"}",
            Canonical(3), StringComparison.Ordinal);
        Assert.Contains(
            """{"type":"randomzoom","name":"n","heightFactor":[-0.2,0.2],"fillMode":"reflect","fillValue":0,"interpolation":"nearest"}""",
            Canonical(4), StringComparison.Ordinal);
        Assert.Contains("""{"type":"randomflip","name":"n","mode":"horizontal_and_vertical"}""", Canonical(1), StringComparison.Ordinal);
        Assert.Contains("""{"type":"randomcontrast","name":"n","factor":[0.2,0.2],"valueRange":[0,1]}""", Canonical(6), StringComparison.Ordinal);
        Assert.Contains("""{"type":"resizing","name":"n","height":9,"width":3,"interpolation":"bilinear"}""", Canonical(11), StringComparison.Ordinal);

        static string Canonical(int layer) =>
            string.Concat(new ModelSpec("m", new TensorShape(6, 5, 4), [_layers[layer]]).ToJson().Where(c => !char.IsWhiteSpace(c)));
    }

    [Theory]
    [InlineData("""{"type":"RandomFlip","mode":"horizontl"}""",
        "(RandomFlip): mode 'horizontl' is unknown; known: horizontal_and_vertical, horizontal, vertical; did you mean 'horizontal'?")]
    [InlineData("""{"type":"RandomRotation"}""", "(RandomRotation): property 'factor' is missing, for example \"factor\": 0.1")]
    [InlineData("""{"type":"RandomRotation","factor":1.5}""", "(RandomRotation): factor must be a number from -1 to 1 or two, such as [-0.1, 0.2]; it is 1.5")]
    [InlineData("""{"type":"RandomRotation","factor":[0.1]}""", "factor must be a number from -1 to 1 or two, such as [-0.1, 0.2]; it is [0.1]")]
    [InlineData("""{"type":"RandomTranslation","height_factor":0.1,"width_factor":"a"}""", "width_factor must be a number from -1 to 1 or two")]
    [InlineData("""{"type":"RandomZoom","height_factor":0.1,"fill_mode":"mirror"}""", "fill_mode 'mirror' is unknown; known: reflect, constant, nearest, wrap")]
    [InlineData("""{"type":"RandomZoom","height_factor":0.1,"interpolation":"cubic"}""", "interpolation 'cubic' is unknown; known: bilinear, nearest")]
    [InlineData("""{"type":"RandomZoom","height_factor":0.1,"fill_value":"a"}""", "fill_value must be a number; it is \"a\"")]
    [InlineData("""{"type":"RandomContrast","factor":-0.1}""", "factor must be a number from 0 to 1 or two, such as [0.2, 0.1]; it is -0.1")]
    [InlineData("""{"type":"RandomBrightness","factor":0.1,"value_range":[1,0]}""",
        "value_range must be two numbers, the least and the greatest value, such as [0, 1]; it is [1,0]")]
    [InlineData("""{"type":"RandomCrop","height":0,"width":3}""", "height must be a whole number from 1 to 65,536; it is 0")]
    [InlineData("""{"type":"Resizing","height":3,"width":3,"interpolation":"bicubic"}""", "interpolation 'bicubic' is unknown; known: bilinear, nearest")]
    [InlineData("""{"type":"Resizing","height":3,"width":3,"pad_to_aspect_ratio":true,"crop_to_aspect_ratio":true}""",
        "cropToAspectRatio and padToAspectRatio exclude each other; keep one of them")]
    [InlineData("""{"type":"Resizing","height":3,"width":3,"pad_to_aspect_ratio":true,"fill_mode":"reflect"}""",
        "fill_mode must be \"constant\" (nothing else is supported)")]
    [InlineData("""{"type":"Resizing","height":1,"width":65536,"pad_to_aspect_ratio":true}""",
        "its input (6, 5, 4) would be padded to more than 65,536 rows or columns for the aspect ratio of 1 x 65536")]
    [InlineData("""{"type":"flatten"},{"type":"centercrop","height":3,"width":3}""", "(centercrop): needs an input (height, width, channels)")]
    [InlineData("""{"type":"flatten"},{"type":"randomflip"}""", "(randomflip): needs an input (height, width, channels)")]
    public void Parse_ofWrongSettings_saysWhatWouldBeRight(string layers, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => Parse(layers)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_ofKerasSeedAndRange_isNoted()
    {
        ModelReading reading = ModelReading.Read(
            System.Text.Encoding.UTF8.GetBytes(Model("""{"type":"RandomContrast","factor":0.2,"seed":3,"value_range":[0,255]}""")), "m.json");
        Assert.Equal(["seed (the job's seed decides)"], reading.Ignored);
        Assert.Equal(["value_range [0, 255] stays as it is; the pixels of a data set are from 0 to 1 here, whose range is [0, 1]"], reading.Decided);
    }

    [Theory]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    public void Infer_ofAFactorOutsideItsRange_isRefused(double lower)
    {
        ModelSpec model = new("m", new TensorShape(6, 5, 4), [new RandomContrastSpec("n", new(lower, 0.5), new(0, 1))]);
        Assert.Contains("factor must be a number from 0 to 1", Assert.Throws<InvalidInputException>(model.Infer).Message, StringComparison.Ordinal);
    }

    private static ModelSpec Parse(string layers) => ModelSpec.Parse(Model(layers), "m.json");

    private static string Model(string layers) =>
        $$"""{"input":[6,5,4],"layers":[{{layers}},{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}]}""";
}
