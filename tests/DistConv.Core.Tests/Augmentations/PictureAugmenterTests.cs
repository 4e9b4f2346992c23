using DistConv.Core.Augmentations;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Augmentations;

/// <summary>Varied pictures against <see cref="AugmentedPicture"/>, a definition in double that samples pixel by pixel.</summary>
public unsafe class PictureAugmenterTests
{
    private const ulong Seed = 9;
    private static readonly TensorShape _shape = new(9, 7, 3);

    public static TheoryData<string> Lists =>
    [
        "flip", "vflip", "flip,vflip", "shift:0.4", "rotate:90", "zoom:0.5", "flip,shift:0.3,rotate:40,vflip,zoom:0.3", "crop:3", "crop:6", "contrast:0.8",
        "brightness:0.5", "erase:1", "erase:0.5", "crop:2,flip,contrast:0.3,shift:0.2,erase:0.7,brightness:0.2,crop:1", "flip,mixup:0.2",
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public void Apply_manySamplesAndEpochs_isTheDefinition(string list)
    {
        AugmentationSpec[] entries = Parse(list);
        for (uint draw = 0; draw < 40; draw++)
        {
            (uint sample, uint epoch) = (draw % 7, draw / 7);
            float[] picture = Picture(sample), varied = Vary(entries, picture, sample, epoch);
            double[] expected = new AugmentedPicture(_shape, Seed).Apply(entries, [.. picture.Select(value => (double)value)], sample, epoch);
            for (int i = 0; i < varied.Length; i++)
                Assert.True(Math.Abs(expected[i] - varied[i]) < 2e-5, $"{list}, draw {draw}, value {i}: {expected[i]}, {varied[i]}");
        }
    }

    /// <summary>Half of the pictures are mirrored; the draws of sample, epoch and place in the list have nothing to do with each other.</summary>
    [Fact]
    public void Apply_flip_mirrorsHalf()
    {
        const int Count = 4000;
        bool[] first = new bool[Count], otherEpoch = new bool[Count], otherPlace = new bool[Count];
        for (uint sample = 0; sample < Count; sample++)
        {
            float[] picture = Picture(1);
            first[sample] = !Vary(Parse("flip"), picture, sample, 3).AsSpan().SequenceEqual(picture);
            otherEpoch[sample] = !Vary(Parse("flip"), picture, sample, 4).AsSpan().SequenceEqual(picture);
            otherPlace[sample] = !Vary(Parse("mixup:1,flip"), picture, sample, 3).AsSpan().SequenceEqual(picture);
        }

        Assert.InRange(first.Count(isMirrored => isMirrored), 1850, 2150);
        Assert.InRange(first.Zip(otherEpoch).Count(pair => pair.First == pair.Second), 1850, 2150);
        Assert.InRange(first.Zip(otherPlace).Count(pair => pair.First == pair.Second), 1850, 2150);
    }

    [Fact]
    public void Apply_erase_leavesOneBlackRectangleOfTheStatedArea()
    {
        TensorShape shape = new(32, 32, 1);
        double smallest = 1, largest = 0;
        int erased = 0;
        for (uint sample = 0; sample < 2000; sample++)
        {
            float[] picture = [.. Enumerable.Repeat(1f, shape.Size)];
            Vary(Parse("erase:0.25"), picture, sample, 0, shape, inPlace: true);
            int[] black = [.. Enumerable.Range(0, shape.Size).Where(i => picture[i] == 0)];
            if (black.Length == 0) continue;
            erased++;
            int height = black.Max(i => i / 32) - black.Min(i => i / 32) + 1, width = black.Max(i => i % 32) - black.Min(i => i % 32) + 1;
            Assert.Equal(height * width, black.Length);
            smallest = Math.Min(smallest, black.Length / 1024.0);
            largest = Math.Max(largest, black.Length / 1024.0);
        }

        Assert.InRange(erased, 420, 580);
        Assert.InRange(smallest, 0.013, 0.03);
        Assert.InRange(largest, 0.3, 0.35);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(1)]
    public void Symmetric_manyDraws_haveMeanVarianceAndTailsOfBeta(double alpha)
    {
        const int Count = 20_000;
        RandomField field = new(Seed, RandomPurpose.SampleMixing, 1);
        double[] draws = [.. Enumerable.Range(0, Count).Select(i => BetaDistribution.Symmetric(alpha, field, 4, (uint)i, 5))];
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(0.5, draws.Average(), 0.015);
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), draws.Select(draw => (draw - 0.5) * (draw - 0.5)).Average(), 0.005);
        if (alpha == 1) Assert.Equal(0.1, draws.Count(draw => draw < 0.1) / (double)Count, 0.01);
        Assert.Throws<ArgumentOutOfRangeException>(() => BetaDistribution.Symmetric(1.5, field, 4, 0, 0));
    }

    private static AugmentationSpec[] Parse(string list) => [.. list.Split(',').Select(entry => entry.Split(':')).Select(words => new AugmentationSpec(
        words[0], words.Length > 1 ? double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : 0))];

    private static float[] Picture(uint sample)
    {
        RandomField field = new(3, RandomPurpose.Digits);
        return [.. Enumerable.Range(0, _shape.Size).Select(i => field.Uniform((uint)i, sample))];
    }

    private static float[] Vary(AugmentationSpec[] list, float[] picture, uint sample, uint epoch) =>
        Vary(list, [.. picture], sample, epoch, _shape, inPlace: false);

    private static float[] Vary(AugmentationSpec[] list, float[] picture, uint sample, uint epoch, TensorShape shape, bool inPlace)
    {
        PictureAugmenter augmenter = new(list, shape, Seed);
        float[] other = new float[shape.Size];
        Array.Fill(other, float.NaN);
        Assert.True(!inPlace || !augmenter.StartsInScratch);
        float[] result = augmenter.StartsInScratch ? other : picture, scratch = augmenter.StartsInScratch ? picture : other;
        fixed (float* to = result, from = scratch) augmenter.Apply(sample, epoch, to, from);
        return result;
    }
}
