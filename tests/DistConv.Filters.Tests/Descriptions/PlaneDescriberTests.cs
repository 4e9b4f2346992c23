using DistConv.Core.Initializers;
using DistConv.Filters.Descriptions;
using Xunit;

namespace DistConv.Filters.Tests.Descriptions;

public sealed class PlaneDescriberTests
{
    private static readonly Dictionary<int, PlaneDescriber> _describers = new[] { 3, 5, 7 }.ToDictionary(
        size => size, size =>
            new PlaneDescriber(size, size, ChanceLevel.Simulate(new InitializerSpec("glorot_uniform"), size, size, 1, size * size, 32 * size * size)));

    /// <summary>Kernels written by hand, what they are, and their classic names.</summary>
    public static TheoryData<string, string, string, FilterKind, string, string> HandMade => new()
    {
        { "Sobel x", "-1 0 1 -2 0 2 -1 0 1", "vertical edge", FilterKind.Edge, "bright right", "Sobel x" },
        { "Sobel y", "1 2 1 0 0 0 -1 -2 -1", "horizontal edge", FilterKind.Edge, "bright above", "Sobel y" },
        { "Sobel 45°", "0 1 2 -1 0 1 -2 -1 0", "diagonal edge", FilterKind.Edge, "bright upper right", "Sobel 45°" },
        { "Sobel 135°", "2 1 0 1 0 -1 0 -1 -2", "diagonal edge", FilterKind.Edge, "bright upper left", "Sobel 135°" },
        { "Prewitt x", "-1 0 1 -1 0 1 -1 0 1", "vertical edge", FilterKind.Edge, "bright right", "Prewitt x" },
        { "Prewitt y", "1 1 1 0 0 0 -1 -1 -1", "horizontal edge", FilterKind.Edge, "bright above", "Prewitt y" },
        { "Scharr x", "-3 0 3 -10 0 10 -3 0 3", "vertical edge", FilterKind.Edge, "bright right", "Scharr x" },
        { "Scharr y", "3 10 3 0 0 0 -3 -10 -3", "horizontal edge", FilterKind.Edge, "bright above", "Scharr y" },
        { "Laplacian 4", "0 1 0 1 -4 1 0 1 0", "Laplacian", FilterKind.Laplacian, "dark centre", "Laplacian 4" },
        { "Laplacian 8", "1 1 1 1 -8 1 1 1 1", "Laplacian", FilterKind.Laplacian, "dark centre", "Laplacian 8" },
        { "Gaussian", "1 2 1 2 4 2 1 2 1", "low-pass", FilterKind.LowPass, "positive", "Gaussian" },
        { "box", "1 1 1 1 1 1 1 1 1", "low-pass", FilterKind.LowPass, "positive", "box" },
        { "delta", "0 0 0 0 1 0 0 0 0", "delta", FilterKind.Delta, "positive", "delta" },
        { "checkerboard", "1 -1 1 -1 1 -1 1 -1 1", "checkerboard", FilterKind.Checkerboard, "", "checkerboard" },
        { "vertical line", "-1 2 -1 -1 2 -1 -1 2 -1", "vertical line", FilterKind.Line, "bright line", "line 90°" },
        { "horizontal line", "-1 -1 -1 2 2 2 -1 -1 -1", "horizontal line", FilterKind.Line, "bright line", "line 0°" },
        { "diagonal line", "-1 -1 2 -1 2 -1 2 -1 -1", "diagonal line", FilterKind.Line, "bright line", "line 45°" },
        { "saddle", "-1 0 1 0 0 0 1 0 -1", "saddle", FilterKind.Saddle, "", "saddle x" },
        { "corner", "5 5 -4 5 5 -4 -4 -4 -4", "corner upper left", FilterKind.Corner, "bright corner", "corner upper left" },
        { "Gaussian 5", "1 4 6 4 1 4 16 24 16 4 6 24 36 24 6 4 16 24 16 4 1 4 6 4 1", "low-pass", FilterKind.LowPass, "positive", "Gaussian" },
        { "LoG 5", "0 0 1 0 0 0 1 2 1 0 1 2 -16 2 1 0 1 2 1 0 0 0 1 0 0", "Laplacian", FilterKind.Laplacian, "dark centre", "LoG, σ 0.6" },
        { "Sobel x 5", "-1 -2 0 2 1 -4 -8 0 8 4 -6 -12 0 12 6 -4 -8 0 8 4 -1 -2 0 2 1", "vertical edge", FilterKind.Edge, "bright right", "Sobel x" },
    };

    [Theory]
    [MemberData(nameof(HandMade))]
    public void Describe_handMadeKernel_namesIt(string name, string weights, string label, FilterKind kind, string polarity, string match)
    {
        PlaneDescription description = Describe(Parse(weights));

        Assert.True(name.Length > 0 && description.IsStructured);
        Assert.Equal((label, kind, polarity, match), (description.Label, description.Kind, description.Polarity, description.Match));
        Assert.InRange(description.Cosine, 0.93, 1);
        Assert.InRange(description.Confidence, 0.999, 1);
        Assert.InRange(description.Share, match.StartsWith("LoG", StringComparison.Ordinal) ? 0.8 : 0.9, 1);
        Assert.Equal(1, description.BasisShares.Sum(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(HandMade))]
    public void Describe_scaledAndNegated_isTheSameWithItsPolarity(string name, string weights, string label, FilterKind kind, string polarity, string match)
    {
        PlaneDescription description = Describe([.. Parse(weights).Select(weight => weight * -0.0137)]);

        Assert.True(name.Length > 0);
        Assert.Equal((label, kind, match), (description.Label, description.Kind, description.Match));
        Assert.InRange(description.Cosine, -1, -0.93);
        if (polarity.Length > 0) Assert.NotEqual(polarity, description.Polarity);
    }

    [Theory]
    [MemberData(nameof(HandMade))]
    public void Describe_withTenPercentNoise_keepsKindAndLabel(string name, string weights, string label, FilterKind kind, string polarity, string match)
    {
        double[] kernel = Parse(weights);
        double spread = 0.1 * Math.Sqrt(Algebra.Energy(kernel) / kernel.Length);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var noise = new float[kernel.Length];
            Initializer.Fill(new InitializerSpec("random_normal", StdDev: (float)spread), noise, 1, 1, seed, 0);
            PlaneDescription description = Describe([.. kernel.Zip(noise, (weight, error) => weight + error)]);

            Assert.True(name.Length > 0 && match.Length > 0);
            Assert.Equal((label, kind, polarity), (description.Label, description.Kind, description.Polarity));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(75)]
    [InlineData(120)]
    [InlineData(200)]
    [InlineData(315)]
    public void Describe_edgeOfAnyDirection_measuresIt(double degrees)
    {
        double cos = Math.Cos(degrees * Math.PI / 180), sin = Math.Sin(degrees * Math.PI / 180);
        foreach (int size in (int[])[3, 5, 7])
        {
            (double[] x, double[] y) = ClassicOperator.Gradient(size, size);
            PlaneDescription description = Describe([.. x.Zip(y, (right, up) => (cos * right) + (sin * up))]);

            Assert.Equal(FilterKind.Edge, description.Kind);
            Assert.Equal(degrees, description.OrientationDegrees!.Value, 1e-6);
            Assert.Equal(0, description.Symmetry.EvenUnderTurn, 1e-12);
        }
    }

    [Theory]
    [InlineData(5, 0, 3)]
    [InlineData(5, 90, 2.5)]
    [InlineData(5, 135, 2.8)]
    [InlineData(7, 45, 3)]
    [InlineData(7, 90, 4)]
    [InlineData(7, 0, 2.7)]
    [InlineData(7, 110, 3.2)]
    public void Describe_gabor_findsStripesAndTheirDirection(int size, double degrees, double wavelength)
    {
        foreach (double phase in (double[])[0, 0.4, 1.1, 1.57])
        {
            // A Gabor function of its own window and phase, not one of the describer's.
            double across = (degrees - 90) * Math.PI / 180;
            double[] kernel = Algebra.WithoutMean(Algebra.Plane(size, size, (x, y) =>
                Math.Exp(-((x * x) + (y * y)) / (2 * 1.6 * 1.6)) * Math.Cos(
                    (2 * Math.PI / wavelength * ((x * Math.Cos(across)) + (y * Math.Sin(across)))) + phase)));
            PlaneDescription description = Describe(kernel);

            // Where there is room for one crest only, an even Gabor function is a line with its sides.
            if (size == 7 || phase > 0.5) Assert.Equal(FilterKind.Grating, description.Kind);
            else Assert.Contains(description.Kind, (FilterKind[])[FilterKind.Grating, FilterKind.Line]);
            double error = Math.Abs(description.OrientationDegrees!.Value - degrees) % 180;
            Assert.InRange(Math.Min(error, 180 - error), 0, 10);
            Assert.InRange(1 / description.Frequency.Dominant, wavelength * 0.8, wavelength * 1.25);
        }
    }

    [Fact]
    public void Describe_classicKernels_measuresFrequencySymmetryAndSeparability()
    {
        PlaneDescription sobel = Describe(Parse("-1 0 1 -2 0 2 -1 0 1")), box = Describe(Parse("1 1 1 1 1 1 1 1 1")),
            laplacian = Describe(Parse("0 1 0 1 -4 1 0 1 0"));

        // Sobel x is (1 2 1)ᵀ (−1 0 1): |H| = 4 · 2 |sin 2πfx| along x, largest at a quarter.
        Assert.Equal((0.25, 0.0, "band-pass"), (sobel.Frequency.DominantX, sobel.Frequency.DominantY, sobel.Frequency.Pass));
        Assert.Equal(8, sobel.Frequency.Largest, 1e-9);
        Assert.Equal(1, sobel.SeparableShare, 1e-9);
        Assert.Equal(new Symmetry(0, 0, 1), sobel.Symmetry);
        Assert.Equal(Math.Sqrt(12), sobel.Norm, 1e-12);
        Assert.Equal(("low-pass", 9.0, 1.0), (box.Frequency.Pass, box.Frequency.AtZero, box.Mean));
        Assert.Equal("high-pass", laplacian.Frequency.Pass);
        Assert.Equal(0.8, laplacian.BasisShares[6], 1e-12);
        Assert.Equal(0.2, laplacian.BasisShares[7], 1e-12);
        Assert.Equal("all-pass", Describe(Parse("0 0 0 0 1 0 0 0 0")).Frequency.Pass);
    }

    [Fact]
    public void Describe_zerosAndNotNumbers_areNothing()
    {
        Assert.Equal((FilterKind.Nothing, "zero", false), Short(Describe(new double[9])));
        Assert.Equal((FilterKind.Nothing, "not finite", false), Short(Describe([1, double.NaN, 0, 0, 0, 0, 0, 0, 0])));

        static (FilterKind Kind, string Label, bool IsStructured) Short(PlaneDescription description) =>
            (description.Kind, description.Label, description.IsStructured);
    }

    private static PlaneDescription Describe(double[] kernel) => _describers[(int)Math.Sqrt(kernel.Length)].Describe(kernel);

    private static double[] Parse(string weights) =>
        [.. weights.Split(' ').Select(weight => double.Parse(weight, System.Globalization.CultureInfo.InvariantCulture))];
}
