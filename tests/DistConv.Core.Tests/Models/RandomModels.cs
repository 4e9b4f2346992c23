using CsCheck;
using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Activations;
using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.CenterCrop;
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
using DistConv.Core.Layers.RandomContrast;
using DistConv.Core.Layers.RandomCrop;
using DistConv.Core.Layers.RandomFlip;
using DistConv.Core.Layers.RandomRotation;
using DistConv.Core.Layers.RandomTranslation;
using DistConv.Core.Layers.RandomZoom;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Rescaling;
using DistConv.Core.Layers.Reshape;
using DistConv.Core.Layers.Resizing;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Layers.SeparableConv2D;
using DistConv.Core.Layers.Softmax;
using DistConv.Core.Layers.SpatialDropout2D;
using DistConv.Core.Layers.ZeroPadding2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Models;

/// <summary>Random valid models: the generator keeps track of the shape, so that every layer fits.</summary>
internal static class RandomModels
{
    private static readonly Gen<InitializerSpec> GenInitializer = Gen.OneOf(
        Gen.OneOf("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "random_uniform", "random_normal", "zeros",
            "ones")
            .Select(name => new InitializerSpec(name)),
        Gen.Single[-10f, 10f].Select(value => new InitializerSpec("constant", Value: value)),
        Gen.Single[0f, 10f].Select(bound => new InitializerSpec("random_uniform", MinValue: -bound, MaxValue: bound)),
        Gen.Select(Gen.Single[-1f, 1f], Gen.Single[0f, 1f]).Select((mean, stdDev) => new InitializerSpec("random_normal", Mean: mean, StdDev: stdDev)));

    private static readonly Gen<Draw> GenDraw =
        from kind in Gen.Int[0, 22]
        from outputs in Gen.Int[1, 5]
        from a in Gen.Int[1, 4]
        from b in Gen.Int[1, 4]
        from strideA in Gen.Int[1, 3]
        from strideB in Gen.Int[1, 3]
        from same in Gen.Bool
        from relu in Gen.Bool
        from bias in Gen.Bool
        from rate in Gen.Double[0, 0.999]
        from kernel in GenInitializer
        from biases in GenInitializer
        select new Draw(
            kind, outputs, a, b, strideA, strideB, same ? Padding.Same : Padding.Valid, relu ? Activation.Relu : Activation.Linear, bias, rate, kernel, biases);

    public static readonly Gen<ModelSpec> Any =
        from h in Gen.Int[1, 9]
        from w in Gen.Int[1, 9]
        from c in Gen.Int[1, 3]
        from image in GenDraw.Array[0, 4]
        from global in Gen.Bool
        from flat in GenDraw.Array[0, 3]
        from end in GenDraw
        select Build(new TensorShape(h, w, c), image, global, flat, end);

    private static ModelSpec Build(TensorShape input, Draw[] image, bool global, Draw[] flat, Draw end)
    {
        List<LayerSpec> layers = [];
        TensorShape shape = input;
        foreach (Draw d in image)
        {
            string name = $"layer-{layers.Count}";
            int windowH = Math.Min(d.A, shape.Height), windowW = Math.Min(d.B, shape.Width);
            LayerSpec layer = d.Kind switch
            {
                <= 2 => Convolution(d, name, shape),
                3 => new MaxPool2DSpec(name, windowH, windowW, d.StrideA, d.StrideB, d.Padding),
                4 => new AvgPool2DSpec(name, windowH, windowW, d.StrideA, d.StrideB, d.Padding),
                5 => new DropoutSpec(name, d.Rate),
                6 => new ReluSpec(name),
                15 => new BatchNormSpec(name) { Momentum = d.Rate, Scale = d.UseBias, GammaInitializer = d.Kernel, BetaInitializer = d.Biases },
                16 or 17 => Activated(name, d),
                18 => new DepthwiseConv2DSpec(
                    name, windowH, windowW, d.StrideA, d.StrideB, d.Padding, d.Outputs, d.Activation, d.Kernel, d.Biases, d.UseBias),
                19 => new SeparableConv2DSpec(
                    name, d.Outputs, windowH, windowW, d.StrideA, d.StrideB, d.Padding, d.StrideA, d.Activation, d.Kernel, d.Biases, d.Biases, d.UseBias),
                20 => Varying(d, name),
                21 => d.UseBias
                    ? new CenterCropSpec(name, d.A, d.B)
                    : new ResizingSpec(name, d.A + d.StrideA, d.B) { CropToAspectRatio = d.Activation == Activation.Relu },
                22 => new RandomCropSpec(name, d.A, d.B),
                _ => Shaping(d, name, shape),
            };
            layers.Add(layer);
            shape = layer switch
            {
                Conv2DSpec conv => conv.Shape(shape).Output,
                DepthwiseConv2DSpec conv => conv.AsConvolution(shape).Shape(shape).Output,
                SeparableConv2DSpec conv => conv.AsConvolution(shape).Shape(shape).Output with { Channels = conv.Filters },
                Pool2DSpec pool => pool.Shape(shape).Output,
                ZeroPadding2DSpec { Padding: var p } => new TensorShape(shape.Height + p.Rows, shape.Width + p.Columns, shape.Channels),
                Cropping2DSpec { Cropping: var p } => new TensorShape(shape.Height - p.Rows, shape.Width - p.Columns, shape.Channels),
                PermuteSpec permute => permute.Output(shape),
                ReshapeSpec => new TensorShape(shape.Width, shape.Height, shape.Channels),
                DenseSpec dense => shape with { Channels = dense.Units },
                ResizeSpec resize => new TensorShape(resize.Height, resize.Width, shape.Channels),
                _ => shape,
            };
        }

        layers.Add(!global ? new FlattenSpec("flat") : end.StrideA > 1 ? new GlobalAvgPool2DSpec("global") : new GlobalMaxPool2DSpec("global"));
        foreach (Draw d in flat)
        {
            string name = $"dense.{layers.Count}";
            layers.Add(d.Kind > 12 ? Activated(name, d) : new DenseSpec(name, d.Outputs, d.Activation, d.Kernel, d.Biases, d.UseBias));
        }

        bool own = end.Kind > 3;
        layers.Add(new DenseSpec("classes", end.Outputs + 1, own ? end.Activation : Activation.Softmax, end.Kernel, end.Biases, end.UseBias));
        if (own) layers.Add(new SoftmaxSpec("probabilities"));
        return new ModelSpec("random_model", input, layers);
    }

    /// <summary>With strides, or a dilation, and sometimes with groups.</summary>
    private static Conv2DSpec Convolution(Draw d, string name, TensorShape shape)
    {
        int windowH = Math.Min(d.A, shape.Height), windowW = Math.Min(d.B, shape.Width), groups = d.Kind == 2 ? shape.Channels : 1;
        bool isDilated = d.Kind == 1;
        int room = d.Padding == Padding.Same ? 3 : 1;
        return new Conv2DSpec(
            name, d.Outputs * groups, windowH, windowW, isDilated ? 1 : d.StrideA, isDilated ? 1 : d.StrideB, d.Padding, d.Activation, d.Kernel, d.Biases,
            d.UseBias)
        {
            DilationH = isDilated ? Dilation(shape.Height, windowH, d.StrideA) : 1,
            DilationW = isDilated ? Dilation(shape.Width, windowW, d.StrideB) : 1,
            Groups = groups,
        };

        int Dilation(int size, int window, int wanted) => window == 1 ? wanted : Math.Max(1, Math.Min(wanted, ((room * size) - 1) / (window - 1)));
    }

    /// <summary>A layer that varies pictures in training.</summary>
    private static LayerSpec Varying(Draw d, string name)
    {
        double part = Math.Round(d.Rate * 64) / 64;
        FactorRange factor = new(-part, d.UseBias ? part : 1), range = new(-part, 2);
        return (d.A, d.B > 2) switch
        {
            (1, false) => new RandomFlipSpec(name, (FlipMode)(d.StrideA - 1)),
            (1, true) => new RandomContrastSpec(name, new(part, 1 - part), range),
            (2, false) => new RandomBrightnessSpec(name, factor, range),
            (2, true) => Filled(new RandomTranslationSpec(name, factor, new(0, part))),
            (3, _) => Filled(new RandomRotationSpec(name, factor)),
            _ => Filled(new RandomZoomSpec(name, factor, d.B > 2 ? null : new(0, part))),
        };

        LayerSpec Filled(WarpSpec warp) => warp with
        {
            FillMode = (FillMode)(d.StrideA % 4),
            FillValue = part,
            Interpolation = (Interpolation)(d.StrideB % 2),
        };
    }

    /// <summary>A layer that changes the shape of an image, or its values and no shape.</summary>
    private static LayerSpec Shaping(Draw d, string name, TensorShape shape)
    {
        int maxRows = (shape.Height - 1) / 2, maxColumns = (shape.Width - 1) / 2;
        (int Height, int Width, int Channels)[] orders = [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)];
        (int height, int width, int channels) = orders[(d.A + d.B) % orders.Length];
        return d.Kind switch
        {
            7 => new ZeroPadding2DSpec(name, new Borders(d.A - 1, d.StrideA - 1, d.B - 1, d.StrideB - 1)),
            8 => new Cropping2DSpec(name, new Borders(
                int.Min(d.A - 1, maxRows), int.Min(d.StrideA - 1, maxRows), int.Min(d.B - 1, maxColumns), int.Min(d.StrideB - 1, maxColumns))),
            9 => new PermuteSpec(name, height, width, channels),
            10 => new ReshapeSpec(name, new TensorShape(shape.Width, -1, shape.Channels)),
            11 => new DenseSpec(name, d.Outputs, d.Activation, d.Kernel, d.Biases, d.UseBias),
            12 => new SpatialDropout2DSpec(name, d.Rate),
            13 => new GaussianNoiseSpec(name, d.Rate),
            14 => new RescalingSpec(name, [.. Enumerable.Range(1, shape.Channels).Select(c => 1f / c)], [d.UseBias ? 0f : -0.5f]),
            _ => throw new InvalidOperationException($"no layer of kind {d.Kind}"),
        };
    }

    /// <summary>Any activation that keeps values small.</summary>
    private static LayerSpec Activated(string name, Draw d) => Activated(name, (d.StrideA * 4) + d.A, Math.Round(d.Rate * 64) / 64, d.UseBias);

    private static LayerSpec Activated(string name, int kind, double number, bool flag) => kind switch
    {
        5 => new EluSpec(name, number),
        6 => new LeakyReluSpec(name, number),
        7 => new ReluSpec(name) { MaxValue = 0.5, NegativeSlope = number },
        8 => new ThresholdedReluSpec(name, number),
        9 => new SeluSpec(name),
        10 => new GeluSpec(name, flag),
        11 => new SiluSpec(name),
        12 => new HardSiluSpec(name),
        13 => new SigmoidSpec(name),
        14 => new HardSigmoidSpec(name, number),
        15 => new TanhSpec(name),
        _ => new SoftmaxSpec(name),
    };

    private sealed record Draw(
        int Kind, int Outputs, int A, int B, int StrideA, int StrideB, Padding Padding, Activation Activation, bool UseBias, double Rate,
        InitializerSpec Kernel, InitializerSpec Biases);
}
