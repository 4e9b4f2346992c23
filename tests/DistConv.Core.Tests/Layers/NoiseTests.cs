using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.AlphaDropout;
using DistConv.Core.Layers.GaussianDropout;
using DistConv.Core.Layers.GaussianNoise;
using DistConv.Core.Layers.SpatialDropout2D;
using DistConv.Core.Models;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>Layers that are random in training.</summary>
public sealed class NoiseTests
{
    private const ulong Seed = 7;
    private const int Index = 3;

    private static readonly SampleContext _training = new(5, 3, Training: true);

    private static readonly LayerSpec[] _layers =
        [new SpatialDropout2DSpec("n", 0.3), new GaussianNoiseSpec("n", 0.4), new GaussianDropoutSpec("n", 0.3), new AlphaDropoutSpec("n", 0.3)];

    public static TheoryData<int, Placement> Cases => new MatrixTheoryData<int, Placement>([0, 1, 2, 3], Enum.GetValues<Placement>());

    /// <summary>The definitions as plain loops over the numbers that rule 5 gives, in every kernel set.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Noise_everySetAndSize_equalsTheDefinitionBitForBit(int layer, Placement placement)
    {
        LayerSpec spec = _layers[layer];
        for (int channels = 1; channels <= 70; channels++)
        {
            TensorShape shape = channels % 2 == 0 ? new TensorShape(3, 2, channels) : new TensorShape(1, 1, channels);
            float[] input = TestData.Wild(shape.Size, channels), gradient = TestData.Wild(shape.Size, channels + 1000);
            (float[] expected, float[] expectedGradient) = Define(spec, shape, input, gradient);
            foreach (KernelSet set in KernelSets.Supported)
            {
                using LayerRun run = new(spec, [shape], set, seed: Seed, index: Index);
                (float[] output, float[][] gradients) = run.Run([input], gradient, _training, placement);
                SameBits.Check(expected, output, $"{set} {spec.Type} {shape}");
                SameBits.Check(expectedGradient, gradients[0], $"{set} {spec.Type} {shape}, gradient");
            }
        }
    }

    [Fact]
    public void Noise_inUse_changesNothing()
    {
        TensorShape shape = new(3, 4, 5);
        float[] input = TestData.Wild(shape.Size, 1), gradient = TestData.Wild(shape.Size, 2);
        foreach (LayerSpec spec in _layers)
        {
            using LayerRun run = new(spec, [shape], KernelSets.Supported[^1]);
            (float[] output, float[][] gradients) = run.Run([input], gradient, _training with { Training = false }, Placement.GuardAfter);
            SameBits.Check(input, output, spec.Type);
            SameBits.Check(gradient, gradients[0], spec.Type);
        }
    }

    [Fact]
    public void Noise_isAFunctionOfSampleStepSeedAndLayer()
    {
        TensorShape shape = new(2, 2, 64);
        float[] ones = [.. Enumerable.Repeat(1f, shape.Size)];
        foreach (LayerSpec spec in _layers)
        {
            float[] first = Run(_training);
            Assert.Equal(first, Run(_training));
            Assert.NotEqual(first, Run(_training with { Sample = 6 }));
            Assert.NotEqual(first, Run(_training with { Step = 4 }));
            Assert.NotEqual(first, Run(_training, seed: 8));
            Assert.NotEqual(first, Run(_training, index: 4));

            float[] Run(SampleContext context, ulong seed = Seed, int index = Index)
            {
                using LayerRun run = new(spec, [shape], KernelSets.Supported[^1], seed: seed, index: index);
                return run.Run([ones], ones, context, Placement.Canaries).Output;
            }
        }
    }

    /// <summary>Mean and variance over 40,000 values: what each layer promises to keep, within five standard deviations or so.</summary>
    [Fact]
    public void Noise_ofManyValues_hasItsMeanAndVariance()
    {
        TensorShape shape = new(1, 1, 40_000);
        float[] normal = new float[shape.Size], ones = [.. Enumerable.Repeat(1f, shape.Size)];
        RandomField field = new(99, RandomPurpose.Initialization);
        for (int i = 0; i < normal.Length; i++) normal[i] = (float)NormalDistribution.FromWord(field.UInt32((uint)i));
        AssertMoments(new SpatialDropout2DSpec("n", 0.3), ones, 1, 0.3 / 0.7);
        AssertMoments(new GaussianNoiseSpec("n", 0.4), ones, 1, 0.16);
        AssertMoments(new GaussianDropoutSpec("n", 0.3), ones, 1, 0.3 / 0.7);
        AssertMoments(new AlphaDropoutSpec("n", 0.3), normal, 0, 1); // SELU's fixed point: mean 0 and variance 1 stay.

        void AssertMoments(LayerSpec spec, float[] input, double expectedMean, double expectedVariance)
        {
            using LayerRun run = new(spec, [shape], KernelSets.Supported[^1]);
            float[] output = run.Run([input], input, _training, Placement.Canaries).Output;
            double mean = output.Average(), variance = output.Average(value => (value - mean) * (value - mean));
            Assert.Equal(expectedMean, mean, 0.03);
            Assert.Equal(expectedVariance, variance, 0.04);
        }
    }

    [Theory]
    [InlineData("""{"type":"SpatialDropout2D","name":"n","rate":0.3,"data_format":"channels_last","noise_shape":null,"seed":null}""", 0)]
    [InlineData("""{"type":"SpatialDropout2D","name":"n","p":0.3,"dim_ordering":"tf"}""", 0)]
    [InlineData("""{"type":"GaussianNoise","name":"n","sigma":0.4}""", 1)]
    [InlineData("""{"type":"GaussianNoise","name":"n","stddev":0.4,"seed":null}""", 1)]
    [InlineData("""{"type":"gaussiannoise","name":"n","stdDev":0.4}""", 1)]
    [InlineData("""{"type":"GaussianDropout","name":"n","p":0.3}""", 2)]
    [InlineData("""{"type":"GaussianDropout","name":"n","rate":0.3,"seed":7}""", 2)]
    [InlineData("""{"type":"AlphaDropout","name":"n","rate":0.3,"noise_shape":null,"seed":null}""", 3)]
    public void Parse_ofAnySpelling_isTheSameLayer(string layer, int expected)
    {
        ModelSpec model = Parse(layer);
        Assert.Equal(_layers[expected], model.Layers[0]);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
        Assert.Equal(new TensorShape(6, 5, 4), model.Infer().Layers[0].Output);
    }

    [Theory]
    [InlineData("""{"type":"spatialdropout2d","rate":1}""", "(spatialdropout2d): rate must be at least 0 and less than 1; it is 1")]
    [InlineData("""{"type":"gaussiandropout","rate":-0.5}""", "(gaussiandropout): rate must be at least 0 and less than 1; it is -0.5")]
    [InlineData("""{"type":"alphadropout"}""", "(alphadropout): property 'rate' is missing, for example \"rate\": 0.25")]
    [InlineData("""{"type":"GaussianNoise","stddev":-1}""", "(GaussianNoise): stddev must be at least 0 and at most 1e9; it is -1")]
    [InlineData("""{"type":"flatten"},{"type":"spatialdropout2d","rate":0.5}""", "(spatialdropout2d): needs an input (height, width, channels)")]
    public void Parse_ofWrongSettings_saysWhatWouldBeRight(string layers, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => Parse(layers)).Message, StringComparison.Ordinal);

    private static (float[] Output, float[] Gradient) Define(LayerSpec spec, TensorShape shape, float[] x, float[] g)
    {
        RandomField dropout = new(Seed, RandomPurpose.Dropout, Index), noise = new(Seed, RandomPurpose.Noise, Index);
        const double Lowest = -1.7580993408473766, Rate = 0.3;
        float a = (float)(1 / Math.Sqrt((1 - Rate) * (1 + (Rate * Lowest * Lowest)))), scale = (float)(1 / (1 - Rate));
        double exact = 1 / Math.Sqrt((1 - Rate) * (1 + (Rate * Lowest * Lowest)));
        float[] y = new float[x.Length], gradient = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            uint place = (uint)(spec is SpatialDropout2DSpec ? i % shape.Channels : i);
            bool kept = dropout.UInt32(place, 5, 3) >= Math.Round(Rate * 4294967296.0);
            float z = (float)NormalDistribution.FromWord(noise.UInt32(place, 5, 3));
            float factor = MathF.FusedMultiplyAdd(z, (float)Math.Sqrt(Rate / (1 - Rate)), 1f);
            (y[i], gradient[i]) = spec switch
            {
                SpatialDropout2DSpec => kept ? (x[i] * scale, g[i] * scale) : (0f, 0f),
                GaussianNoiseSpec => (MathF.FusedMultiplyAdd(z, 0.4f, x[i]), g[i]),
                GaussianDropoutSpec => (x[i] * factor, g[i] * factor),
                AlphaDropoutSpec when kept => (MathF.FusedMultiplyAdd(x[i], a, (float)(-exact * Lowest * Rate)), g[i] * a),
                AlphaDropoutSpec => ((float)((exact * Lowest) + (-exact * Lowest * Rate)), 0f),
                _ => throw new NotSupportedException(spec.Type),
            };
        }

        return (y, gradient);
    }

    private static ModelSpec Parse(string layers) => ModelSpec.Parse(
        $$"""{"input":[6,5,4],"layers":[{{layers}},{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}]}""", "m.json");
}
