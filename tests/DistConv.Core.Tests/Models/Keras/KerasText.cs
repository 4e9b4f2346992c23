using System.Text.Json.Nodes;
using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Cropping2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.GaussianNoise;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.GlobalMaxPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Permute;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Layers.RandomBrightness;
using DistConv.Core.Layers.RandomFlip;
using DistConv.Core.Layers.Rescaling;
using DistConv.Core.Layers.Reshape;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Layers.SeparableConv2D;
using DistConv.Core.Layers.SpatialDropout2D;
using DistConv.Core.Layers.ZeroPadding2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>Writes models as Keras does, in the spelling of version 1 or of versions 2 and 3, with or without activation layers of their own.</summary>
internal static class KerasText
{
    public static string Write(ModelSpec model, bool keras1, bool separate, bool list)
    {
        JsonArray layers = [];
        foreach (LayerSpec layer in model.Layers)
        {
            JsonObject config = Config(layer, keras1);
            if (layers.Count == 0) config["batch_input_shape"] = new JsonArray(null, model.Input.Height, model.Input.Width, model.Input.Channels);
            Activation activation = layer is Conv2DSpec conv ? conv.Activation : layer is DenseSpec dense ? dense.Activation : Activation.Linear;
            if (layer is DepthwiseConv2DSpec { Activation: var own }) config["activation"] = Lower(own);
            if (layer is SeparableConv2DSpec { Activation: var last }) config["activation"] = Lower(last);
            bool apart = separate && activation != Activation.Linear;
            if (layer is Conv2DSpec or DenseSpec) config["activation"] = apart ? "linear" : Lower(activation);

            layers.Add(ClassName(layer, keras1) is { } className ? Wrapped(className, config) : config);
            if (apart) layers.Add(Wrapped("Activation", new JsonObject { ["activation"] = Lower(activation), ["name"] = $"activation_{layers.Count}" }));
        }

        JsonNode whole = list ? layers : new JsonObject { ["name"] = model.Name, ["layers"] = layers };
        return Wrapped("Sequential", whole).ToJsonString();
    }

    private static JsonObject Wrapped(string className, JsonNode config) => new() { ["class_name"] = className, ["config"] = config };

    /// <summary>Null for activations, which are written in our words: Keras's would become part of the layer before.</summary>
    private static string? ClassName(LayerSpec layer, bool keras1) => layer switch
    {
        Conv2DSpec conv => !keras1 || conv.Groups > 1 ? "Conv2D" : conv.DilationH > 1 || conv.DilationW > 1 ? "AtrousConvolution2D" : "Convolution2D",
        DepthwiseConv2DSpec => "DepthwiseConv2D",
        SeparableConv2DSpec => keras1 ? "SeparableConvolution2D" : "SeparableConv2D",
        DenseSpec => "Dense",
        MaxPool2DSpec => keras1 ? "MaxPooling2D" : "MaxPool2D",
        AvgPool2DSpec => "AveragePooling2D",
        GlobalAvgPool2DSpec => "GlobalAveragePooling2D",
        GlobalMaxPool2DSpec => "GlobalMaxPooling2D",
        FlattenSpec => "Flatten",
        DropoutSpec => "Dropout",
        BatchNormSpec => "BatchNormalization",
        ZeroPadding2DSpec or Cropping2DSpec or PermuteSpec or ReshapeSpec or RescalingSpec or GaussianNoiseSpec or SpatialDropout2DSpec
            or WarpSpec or RandomFlipSpec or RandomBrightnessSpec or ResizeSpec => layer.Kind.KerasNames[0],
        _ => null,
    };

    /// <summary>With the order of channels, as to_json() writes it into most layers: without it, a shape such as (3, 5, 7) is channels first.</summary>
    private static JsonObject Config(LayerSpec layer, bool keras1)
    {
        JsonObject config = Settings(layer, keras1);
        config[keras1 ? "dim_ordering" : "data_format"] = keras1 ? "tf" : "channels_last";
        return config;
    }

    private static JsonObject Settings(LayerSpec layer, bool keras1) => layer switch
    {
        Conv2DSpec { Groups: 1 } conv when keras1 => new JsonObject
        {
            ["name"] = conv.Name,
            ["nb_filter"] = conv.Filters,
            ["nb_row"] = conv.KernelH,
            ["nb_col"] = conv.KernelW,
            ["subsample"] = new JsonArray(conv.StrideH, conv.StrideW),
            ["border_mode"] = Lower(conv.Padding),
            ["init"] = Initializer(conv.KernelInitializer),
            ["bias_initializer"] = Initializer(conv.BiasInitializer),
            ["bias"] = conv.UseBias,
            ["atrous_rate"] = new JsonArray(conv.DilationH, conv.DilationW),
        },
        Conv2DSpec conv => new JsonObject
        {
            ["name"] = conv.Name,
            ["filters"] = conv.Filters,
            ["kernel_size"] = new JsonArray(conv.KernelH, conv.KernelW),
            ["strides"] = new JsonArray(conv.StrideH, conv.StrideW),
            ["padding"] = Lower(conv.Padding),
            ["kernel_initializer"] = Initializer(conv.KernelInitializer),
            ["bias_initializer"] = Initializer(conv.BiasInitializer),
            ["use_bias"] = conv.UseBias,
            ["dilation_rate"] = new JsonArray(conv.DilationH, conv.DilationW),
            ["groups"] = conv.Groups,
        },
        DepthwiseConv2DSpec conv => new JsonObject
        {
            ["name"] = conv.Name,
            ["kernel_size"] = new JsonArray(conv.KernelH, conv.KernelW),
            ["strides"] = new JsonArray(conv.StrideH, conv.StrideW),
            ["padding"] = Lower(conv.Padding),
            ["depth_multiplier"] = conv.DepthMultiplier,
            ["depthwise_initializer"] = Initializer(conv.DepthwiseInitializer),
            ["bias_initializer"] = Initializer(conv.BiasInitializer),
            ["use_bias"] = conv.UseBias,
            ["dilation_rate"] = new JsonArray(1, 1),
            ["groups"] = 1,
            ["depthwise_regularizer"] = null,
        },
        SeparableConv2DSpec conv => new JsonObject
        {
            ["name"] = conv.Name,
            [keras1 ? "nb_filter" : "filters"] = conv.Filters,
            ["kernel_size"] = new JsonArray(conv.KernelH, conv.KernelW),
            [keras1 ? "subsample" : "strides"] = new JsonArray(conv.StrideH, conv.StrideW),
            [keras1 ? "border_mode" : "padding"] = Lower(conv.Padding),
            ["depth_multiplier"] = conv.DepthMultiplier,
            ["depthwise_initializer"] = Initializer(conv.DepthwiseInitializer),
            ["pointwise_initializer"] = Initializer(conv.PointwiseInitializer),
            ["bias_initializer"] = Initializer(conv.BiasInitializer),
            [keras1 ? "bias" : "use_bias"] = conv.UseBias,
            ["pointwise_constraint"] = null,
        },
        DenseSpec dense => new JsonObject
        {
            ["name"] = dense.Name,
            [keras1 ? "output_dim" : "units"] = dense.Units,
            [keras1 ? "init" : "kernel_initializer"] = Initializer(dense.KernelInitializer),
            ["bias_initializer"] = Initializer(dense.BiasInitializer),
            [keras1 ? "bias" : "use_bias"] = dense.UseBias,
        },
        Pool2DSpec pool => new JsonObject
        {
            ["name"] = pool.Name,
            ["pool_size"] = new JsonArray(pool.PoolH, pool.PoolW),
            ["strides"] = new JsonArray(pool.StrideH, pool.StrideW),
            [keras1 ? "border_mode" : "padding"] = Lower(pool.Padding),
        },
        ZeroPadding2DSpec { Padding: var p } => new JsonObject { ["name"] = layer.Name, ["padding"] = Borders(p, keras1) },
        Cropping2DSpec { Cropping: var p } => new JsonObject { ["name"] = layer.Name, ["cropping"] = Borders(p, keras1: false) },
        PermuteSpec permute => new JsonObject { ["name"] = layer.Name, ["dims"] = new JsonArray(permute.Height, permute.Width, permute.Channels) },
        ReshapeSpec { Shape: var shape } => new JsonObject
        {
            ["name"] = layer.Name,
            ["target_shape"] = new JsonArray(shape.Height, shape.Width, shape.Channels),
        },
        RescalingSpec rescaling => new JsonObject
        {
            ["name"] = layer.Name,
            ["scale"] = new JsonArray([.. rescaling.Scale.Values.Select(value => JsonValue.Create(value))]),
            ["offset"] = rescaling.Offset.Values[0],
        },
        GaussianNoiseSpec noise => new JsonObject { ["name"] = noise.Name, [keras1 ? "sigma" : "stddev"] = noise.StdDev },
        WarpSpec or RandomFlipSpec or RandomBrightnessSpec or ResizeSpec => Snake(Own(layer)),
        SpatialDropout2DSpec dropout => new JsonObject { ["name"] = dropout.Name, [keras1 ? "p" : "rate"] = dropout.Rate },
        GlobalMaxPool2DSpec or GlobalAvgPool2DSpec when !keras1 => new JsonObject { ["name"] = layer.Name, ["keepdims"] = false },
        DropoutSpec dropout => new JsonObject { ["name"] = dropout.Name, [keras1 ? "p" : "rate"] = dropout.Rate },
        FlattenSpec or GlobalAvgPool2DSpec or GlobalMaxPool2DSpec => new JsonObject { ["name"] = layer.Name },
        BatchNormSpec norm => BatchNormalization(norm, keras1),
        _ => Own(layer),
    };

    /// <summary>Keras 1 writes the mode, Keras 2 the axis as a list.</summary>
    private static JsonObject BatchNormalization(BatchNormSpec norm, bool keras1) => new()
    {
        ["name"] = norm.Name,
        [keras1 ? "mode" : "synchronized"] = keras1 ? JsonValue.Create(0) : JsonValue.Create(false),
        ["axis"] = keras1 ? JsonValue.Create(-1) : new JsonArray(3),
        ["momentum"] = norm.Momentum,
        ["epsilon"] = norm.Epsilon,
        ["center"] = norm.Center,
        ["scale"] = norm.Scale,
        [keras1 ? "beta_init" : "beta_initializer"] = Initializer(norm.BetaInitializer),
        [keras1 ? "gamma_init" : "gamma_initializer"] = Initializer(norm.GammaInitializer),
        ["moving_mean_initializer"] = Initializer(norm.MovingMeanInitializer),
        ["moving_variance_initializer"] = Initializer(norm.MovingVarianceInitializer),
        ["gamma_regularizer"] = null,
    };

    /// <summary>Four numbers in Keras 1, two pairs in later versions.</summary>
    private static JsonArray Borders(Borders borders, bool keras1) => keras1
        ? new JsonArray(borders.Top, borders.Bottom, borders.Left, borders.Right)
        : new JsonArray(new JsonArray(borders.Top, borders.Bottom), new JsonArray(borders.Left, borders.Right));

    /// <summary>Settings whose names are Keras's but for the letters: fill_mode of fillMode.</summary>
    private static JsonObject Snake(JsonObject own)
    {
        JsonObject config = new() { ["seed"] = 3 };
        foreach ((string name, JsonNode? value) in own.Where(pair => pair.Key != "type"))
            config[string.Concat(name.Select(letter => char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"))] = value?.DeepClone();
        return config;
    }

    private static JsonObject Own(LayerSpec layer)
    {
        JsonNode model = JsonNode.Parse(new ModelSpec("m", new TensorShape(1, 1, 1), [layer]).ToJson())!;
        return model["layers"]![0]!.DeepClone().AsObject();
    }

    /// <summary>"GlorotUniform" of "glorot_uniform", with its settings.</summary>
    private static JsonObject Initializer(InitializerSpec spec)
    {
        JsonObject config = new() { ["seed"] = null };
        foreach ((string name, float? value) in (ReadOnlySpan<(string, float?)>)
            [("value", spec.Value), ("minval", spec.MinValue), ("maxval", spec.MaxValue), ("mean", spec.Mean), ("stddev", spec.StdDev)])
        {
            if (value is not null) config[name] = value;
        }

        return Wrapped(string.Concat(spec.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])), config);
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
