using System.Security.Cryptography;
using DistConv.Core.Numerics;
using DistConv.Training.Data;
using DistConv.Training.Data.Digits;
using Xunit;

namespace DistConv.Training.Tests.Data;

public sealed class DigitsDatasetTests
{
    /// <summary>SHA-256 over training images, training labels, held-out images, held-out labels. It changes only with GeneratorVersion.</summary>
    private const string PinnedDigest = "6f9f93ea01a0389c8b8def925a397ffc008c744d87f054c6ddb388bfeda9eba1";

    [Fact]
    public void Open_default_hasPinnedContent()
    {
        DataSource digits = DigitsDataset.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (IDataset split in new[] { digits.Train, digits.Test })
        {
            Parallel.For(0, split.Count, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, i => split.Image(i));
            var labels = new byte[split.Count];
            for (int i = 0; i < split.Count; i++)
            {
                hash.AppendData(split.Image(i));
                labels[i] = (byte)split.Label(i);
            }

            hash.AppendData(labels);
        }

        Assert.Equal(PinnedDigest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Open_default_describesItself()
    {
        DataSource digits = DigitsDataset.Open();

        Assert.Equal("digits", digits.Name);
        Assert.Equal("digits:v1:seed=2026:60000+10000", digits.Fingerprint);
        Assert.Equal((60_000, 10_000), (digits.Train.Count, digits.Test.Count));
        Assert.Equal("(28, 28, 1)", digits.Train.Shape.ToString());
        Assert.Equal(10, digits.Test.ClassCount);
    }

    [Fact]
    public void Open_otherSeed_givesOtherContentAndFingerprint()
    {
        DataSource a = DigitsDataset.Open(), b = DigitsDataset.Open(seed: 7);

        Assert.Equal("digits:v1:seed=7:60000+10000", b.Fingerprint);
        Assert.False(a.Train.Image(0).SequenceEqual(b.Train.Image(0)));
        Assert.Contains(Enumerable.Range(0, 100), i => a.Train.Label(i) != b.Train.Label(i));
    }

    [Fact]
    public void Label_anySample_isAFunctionOfTheRandomField()
    {
        DataSource digits = DigitsDataset.Open();
        var field = new RandomField(2026, RandomPurpose.Digits, 0);

        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal((int)((field.UInt32(0, (uint)i, 0) * 10UL) >> 32), digits.Train.Label(i));
            Assert.Equal((int)((field.UInt32(0, (uint)i, 1) * 10UL) >> 32), digits.Test.Label(i));
        }
    }

    [Fact]
    public void ClassCounts_bothSplits_areNearlyBalanced()
    {
        DataSource digits = DigitsDataset.Open();

        Assert.All(digits.Train.ClassCounts(), count => Assert.InRange(count, 5_700, 6_300));
        Assert.All(digits.Test.ClassCounts(), count => Assert.InRange(count, 880, 1_120));
        Assert.Equal(60_000, digits.Train.ClassCounts().Sum());
    }

    [Fact]
    public void Image_manyThreadsAtOnce_givesTheBytesOfOneThread()
    {
        const int Images = 300;
        IDataset shared = DigitsDataset.Open().Test, alone = DigitsDataset.Open().Test;
        for (int i = Images - 1; i >= 0; i--)
            alone.Image(i);

        using var barrier = new Barrier(4);
        var failures = new int[4];
        var threads = new Thread[4];
        for (int t = 0; t < threads.Length; t++)
        {
            int me = t;
            threads[t] = new Thread(() =>
            {
                barrier.SignalAndWait();
                for (int i = 0; i < Images; i++)
                    failures[me] += shared.Image(i).SequenceEqual(alone.Image(i)) ? 0 : 1;
            });
            threads[t].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        Assert.All(failures, count => Assert.Equal(0, count));
    }

    [Fact]
    public void Image_afterWarmUp_allocatesNothing()
    {
        IDataset train = DigitsDataset.Open().Train;
        for (int i = 0; i < 100; i++)
            train.Image(i);

        // A collection caused by another test may charge this thread the rest of its allocation buffer: one clean window in ten is proof.
        long least = long.MaxValue;
        for (int window = 0; window < 10; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
                train.Image(100 + (window * 200) + i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(60_000)]
    public void Image_noSuchSample_throws(int index)
    {
        IDataset train = DigitsDataset.Open().Train;

        Assert.Throws<ArgumentOutOfRangeException>(() => train.Image(index).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => train.Label(index));
    }

    [Fact]
    public void Image_everyDigit_isInkOnPaperNearTheCentre()
    {
        IDataset test = DigitsDataset.Open().Test;
        for (int i = 0; i < 2000; i++)
        {
            ReadOnlySpan<byte> image = test.Image(i);
            double mass = 0, x = 0, y = 0;
            int peak = 0, border = 0;
            for (int p = 0; p < image.Length; p++)
            {
                int row = p / 28, column = p % 28;
                (mass, x, y) = (mass + image[p], x + (image[p] * (column + 0.5)), y + (image[p] * (row + 0.5)));
                peak = Math.Max(peak, image[p]);
                border += row is 0 or 27 || column is 0 or 27 ? image[p] : 0;
            }

            Assert.InRange(x / mass, 11.0, 17.0);
            Assert.InRange(y / mass, 11.0, 17.0);
            Assert.InRange(mass / 255 / 784, 0.02, 0.30);
            Assert.InRange(peak, 140, 255);
            Assert.True(border < 0.05 * mass, $"held-out digit {i} runs out of its image");
        }
    }

    /// <summary>Templates must recognise most digits (or the labels are wrong), and far from all (or the digits are uniform).</summary>
    [Fact]
    public void Image_comparedWithClassMeans_isRecognisableButNotUniform()
    {
        DataSource digits = DigitsDataset.Open();
        var means = new double[10, 784];
        int[] counts = new int[10];
        for (int i = 0; i < 4000; i++)
        {
            int label = digits.Train.Label(i);
            counts[label]++;
            for (int p = 0; p < 784; p++)
                means[label, p] += digits.Train.Image(i)[p];
        }

        int right = 0;
        for (int i = 0; i < 2000; i++)
        {
            ReadOnlySpan<byte> image = digits.Test.Image(i);
            (double best, int found) = (double.MaxValue, -1);
            for (int c = 0; c < 10; c++)
            {
                double distance = 0;
                for (int p = 0; p < 784; p++)
                    distance += Math.Pow(image[p] - (means[c, p] / counts[c]), 2);
                (best, found) = distance < best ? (distance, c) : (best, found);
            }

            right += found == digits.Test.Label(i) ? 1 : 0;
        }

        Assert.InRange(right / 2000.0, 0.70, 0.93);
    }
}
