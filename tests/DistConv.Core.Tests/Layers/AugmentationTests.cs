using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Augmentation;
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
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>Layers that vary pictures in training, and those that resize them.</summary>
public sealed class AugmentationTests
{
    private const ulong Seed = 7;
    private const int Index = 3;

    private static readonly FactorRange _fifth = new(-0.2, 0.2), _unit = new(0, 1);
    private static readonly SampleContext _training = new(5, 3, Training: true);

    /// <summary>All layers that are random in training.</summary>
    private static readonly LayerSpec[] _random =
    [
        new RandomFlipSpec("n", FlipMode.HorizontalAndVertical), new RandomFlipSpec("n", FlipMode.Horizontal), new RandomFlipSpec("n", FlipMode.Vertical),
        new RandomContrastSpec("n", new(0.9, 0.9), new(0.2, 0.8)), new RandomBrightnessSpec("n", new(-0.6, 0.9), new(-0.5, 1)),
        .. Warps(), new RandomCropSpec("n", 4, 3), new RandomCropSpec("n", 7, 2),
    ];

    private static readonly LayerSpec[] _others =
    [
        new RandomCropSpec("n", 9, 2), new CenterCropSpec("n", 4, 3), new CenterCropSpec("n", 5, 6), new CenterCropSpec("n", 9, 4),
        new ResizingSpec("n", 3, 4), new ResizingSpec("n", 13, 11), new ResizingSpec("n", 7, 6) { CropToAspectRatio = true },
        new ResizingSpec("n", 5, 11) { Interpolation = Interpolation.Nearest }, new ResizingSpec("n", 3, 8) { CropToAspectRatio = true },
        new ResizingSpec("n", 9, 5) { PadToAspectRatio = true, FillValue = 0.75 }, new ResizingSpec("n", 2, 7) { PadToAspectRatio = true },
        new ResizingSpec("n", 11, 4) { PadToAspectRatio = true, FillValue = -1, Interpolation = Interpolation.Nearest },
    ];

    public static TheoryData<int, int> Cases => new MatrixTheoryData<int, int>(Enumerable.Range(0, _random.Length + _others.Length), [1, 3]);

    private static IEnumerable<WarpSpec> Warps() =>
        from fill in Enum.GetValues<FillMode>()
        from interpolation in Enum.GetValues<Interpolation>()
        from warp in (WarpSpec[])
        [
            new RandomTranslationSpec("n", new(-1, 1), _fifth), new RandomRotationSpec("n", new(-0.5, 0.5)),
            new RandomZoomSpec("n", new(-0.7, 0.9), new(0.5, 1)),
            new RandomZoomSpec("n", new(-0.3, 0.9), WidthFactor: null),
        ]
        select warp with { FillMode = fill, Interpolation = interpolation, FillValue = 0.75 };

    /// <summary>Values and gradients of many samples against Keras's formulas in double; gradients are differences of these.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Layer_inTrainingAndInUse_computesWhatKerasDefines(int layer, int channels)
    {
        LayerSpec spec = layer < _random.Length ? _random[layer] : _others[layer - _random.Length];
        TensorShape shape = new(7, 6, channels);
        using LayerRun run = new(spec, [shape], KernelSets.Supported[^1], seed: Seed, index: Index);
        for (int sample = 0; sample < 6; sample++)
        {
            SampleContext context = new(sample, 11, Training: sample > 0);
            RandomField field = new(Seed, RandomPurpose.Augmentation, Index);
            AugmentationDefinition definition = new(spec, shape, word => field.UInt32(word, (uint)context.Sample, context.Step));
            float[] input = Uniform(shape.Size, sample), gradient = Uniform(run.OutputShape.Size, sample + 100);
            (float[] output, float[][] gradients) = run.Run([input], gradient, context, Placement.GuardAfter);
            double[] x = [.. input.Select(value => (double)value)], expected = definition.Apply(x, context.Training);
            Assert.Equal(expected.Length, output.Length);
            for (int i = 0; i < expected.Length; i++) AssertNear(expected[i], output[i], $"{spec} sample {sample}, value {i}");
            for (int i = 0; i < x.Length; i++) AssertNear(Difference(i), gradients[0][i], $"{spec} sample {sample}, gradient {i}");

            double Difference(int i)
            {
                const double Step = 1e-6;
                double[] more = [.. x], less = [.. x];
                more[i] += Step;
                less[i] -= Step;
                return definition.Apply(more, context.Training).Zip(definition.Apply(less, context.Training), (a, b) => (a - b) / (2 * Step))
                    .Zip(gradient, (derivative, g) => derivative * g).Sum();
            }
        }
    }

    [Fact]
    public void Layer_everyKernelSet_hasTheSameBits()
    {
        foreach (LayerSpec spec in (LayerSpec[])[.. _random, .. _others])
        {
            TensorShape shape = new(7, 6, 5);
            float[] input = TestData.Wild(shape.Size, 1);
            (float[] Output, float[][] Gradients)? first = null;
            foreach (KernelSet set in KernelSets.Supported)
            {
                using LayerRun run = new(spec, [shape], set, seed: Seed, index: Index);
                float[] gradient = TestData.Wild(run.OutputShape.Size, 2);
                (float[] Output, float[][] Gradients) result = run.Run([input], gradient, _training, Placement.Canaries);
                first ??= result;
                SameBits.Check(first.Value.Output, result.Output, $"{set} {spec}");
                SameBits.Check(first.Value.Gradients[0], result.Gradients[0], $"{set} {spec}, gradient");
            }
        }
    }

    [Fact]
    public void Layer_inUse_changesNothingButTheSize()
    {
        TensorShape shape = new(7, 6, 5);
        float[] input = TestData.Wild(shape.Size, 1), gradient = TestData.Wild(shape.Size, 2);
        foreach (LayerSpec spec in _random.Where(spec => spec is not RandomCropSpec))
        {
            using LayerRun run = new(spec, [shape], KernelSets.Supported[^1]);
            (float[] output, float[][] gradients) = run.Run([input], gradient, _training with { Training = false }, Placement.GuardAfter);
            SameBits.Check(input, output, spec.Type);
            SameBits.Check(gradient, gradients[0], spec.Type);
        }
    }

    [Fact]
    public void Layer_isAFunctionOfSampleStepSeedAndLayer()
    {
        TensorShape shape = new(40, 30, 1);
        float[] input = Uniform(shape.Size, 1);
        foreach (LayerSpec spec in _random.Select(spec => spec is RandomCropSpec ? new RandomCropSpec("n", 3, 3) : spec))
        {
            float[] first = Run(_training);
            Assert.Equal(first, Run(_training));
            AssertVaries(first, i => Run(_training with { Sample = 6 + i }));
            AssertVaries(first, i => Run(_training with { Step = 4 + (uint)i }));
            AssertVaries(first, i => Run(_training, seed: 8 + (ulong)i));
            AssertVaries(first, i => Run(_training, index: 4 + i));

            float[] Run(SampleContext context, ulong seed = Seed, int index = Index)
            {
                using LayerRun run = new(spec, [shape], KernelSets.Supported[^1], seed: seed, index: index);
                return run.Run([input], new float[run.OutputShape.Size], context, Placement.Canaries).Output;
            }

            // Half of the flips are as they were.
            void AssertVaries(float[] before, Func<int, float[]> other) => Assert.Contains(Enumerable.Range(0, 20), i => !before.SequenceEqual(other(i)));
        }
    }

    [Theory]
    [InlineData(FillMode.Reflect, "2 1 1 2")]
    [InlineData(FillMode.Constant, "9 9 1 2")]
    [InlineData(FillMode.Nearest, "1 1 1 2")]
    [InlineData(FillMode.Wrap, "3 4 1 2")]
    public void Translation_byHalfTheWidth_fillsAsKerasSays(FillMode fill, string expected)
    {
        RandomTranslationSpec spec = new("n", new(0, 0), new(0.5, 0.5)) { FillMode = fill, FillValue = 9 };
        Assert.Equal(expected, Row(spec, new TensorShape(1, 4, 1), 1, 2, 3, 4));
    }

    [Fact]
    public void Rotation_byAQuarterOfATurn_isCounterClockwise() => Assert.Equal(
        "3 6 9 2 5 8 1 4 7", Row(new RandomRotationSpec("n", new(0.25, 0.25)), new TensorShape(3, 3, 1), 1, 2, 3, 4, 5, 6, 7, 8, 9));

    [Fact]
    public void Zoom_byHalf_showsTheMiddle() => Assert.Equal(
        "1.25 1.75 2.25 2.75", Row(new RandomZoomSpec("n", new(0, 0), new(-0.5, -0.5)), new TensorShape(1, 4, 1), 0.5f, 1.5f, 2.5f, 3.5f));

    /// <summary>Pixel 1 of 3 lies between both pixels of 2, exactly: no rounding may decide.</summary>
    [Fact]
    public void Resizing_halfWayBetweenTwoPixels_takesTheSecond() => Assert.Equal(
        "5 6 6", Row(new ResizingSpec("n", 1, 3) { Interpolation = Interpolation.Nearest }, new TensorShape(1, 2, 1), 5, 6));

    [Fact]
    public void Crop_ofManySamples_reachesEveryPlace()
    {
        TensorShape shape = new(5, 4, 1);
        float[] input = [.. Enumerable.Range(0, 20).Select(i => (float)i)];
        using LayerRun run = new(new RandomCropSpec("n", 3, 2), [shape], KernelSets.Supported[^1]);
        IEnumerable<float> corners =
            Enumerable.Range(0, 200).Select(sample => run.Run([input], new float[6], new(sample, 1, true), Placement.Canaries).Output[0]);
        Assert.Equal([0f, 1f, 2f, 4f, 5f, 6f, 8f, 9f, 10f], corners.Distinct().Order());
    }

    private static string Row(LayerSpec spec, TensorShape shape, params float[] input)
    {
        using LayerRun run = new(spec, [shape], KernelSets.Supported[^1]);
        float[] output = run.Run([input], new float[run.OutputShape.Size], _training, Placement.GuardAfter).Output;
        return string.Join(' ', output.Select(value => double.Round(value, 4).ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static float[] Uniform(int count, int seed)
    {
        RandomField field = new((ulong)seed, RandomPurpose.Initialization);
        return [.. Enumerable.Range(0, count).Select(i => RandomField.ToRange(field.UInt32((uint)i), (float)_unit.Lower, (float)_unit.Upper))];
    }

    private static void AssertNear(double expected, float actual, string what) =>
        Assert.True(double.Abs(expected - actual) < 2e-6 * (1 + double.Abs(expected)), $"{what}: {actual}, expected {expected}");
}
