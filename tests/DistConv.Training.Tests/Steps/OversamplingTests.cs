using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Loop;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Epochs in which samples of some classes are used several times.</summary>
public sealed class OversamplingTests : IDisposable
{
    private const int Samples = 103;
    private static readonly DataSource _data = TinyJobs.Data(Samples);
    private static readonly int[] _there = _data.Train.ClassCounts();
    private static readonly int[] _wanted = [(2 * _there[0]) + 3, _there[1], 50, 50];
    private static readonly JobSpec _plain = TinyJobs.Spec(optimizer: TinyJobs.Adam, samples: Samples, batch: 30, shards: 7, steps: 16);
    private static readonly JobSpec _spec = _plain with { Oversampling = _wanted };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_counts_repeatsTheSamplesOfAClassInTurn()
    {
        var list = Assert.IsType<OversampledDataset>(OversampledDataset.Of(_spec, _data.Train));

        Assert.Equal(_spec.EpochSamples, list.Count);
        Assert.Equal(_wanted, list.ClassCounts());
        Assert.Equal(Enumerable.Range(0, Samples), Enumerable.Range(0, Samples).Select(list.SampleOf));
        int[] zeros = [.. Enumerable.Range(0, Samples).Where(sample => _data.Train.Label(sample) == 0)];
        Assert.Equal([.. zeros, .. zeros.Take(3)], Enumerable.Range(Samples, zeros.Length + 3).Select(list.SampleOf));
        Assert.Same(_data.Train, OversampledDataset.Of(_plain, _data.Train));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Step_oversampled_hasTheBitsOfDataThatHoldsTheCopies(bool varied)
    {
        JobSpec spec = (varied ? _spec.Varied() : _spec) with { ClassWeights = [1f, 2f, 0.5f, 1f] };
        IDataset copies = OversampledDataset.Of(spec, _data.Train);
        JobSpec copied = spec with { Oversampling = null, Samples = copies.Count };
        string? expected = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            Assert.Equal(expected ??= await DigestAsync(spec, _data, kernels, 1), await DigestAsync(copied, _data with { Train = copies }, kernels, 3));
            Assert.Equal(expected, await DigestAsync(spec, _data, kernels, 3));
        }

        Assert.NotEqual(expected, await DigestAsync(spec with { Oversampling = null }, _data, KernelSets.Supported[^1], 1));
    }

    [Fact]
    public async Task RunAsync_stopped_equalsUninterruptedAndProvesVirtualSamples()
    {
        JobSpec spec = _spec with { Samples = Samples - 10, ValidationSamples = 10 };
        spec = spec with { Oversampling = [.. _data.Train.ClassCounts(0, spec.Samples).Select(count => count + 20)] };
        JobFolder straight = Job("straight", spec), stopped = Job("stopped", spec);
        JobStatus expected = await LoopRuns.RunAsync(straight, new RunOptions());
        foreach (long stop in new long[] { 3, 9 }) await LoopRuns.RunAsync(stopped, new RunOptions(StopAt: stop), threads: 3);
        JobStatus actual = await LoopRuns.RunAsync(stopped, new RunOptions(), threads: 2);

        Assert.Equal(expected.WeightsDigest, actual.WeightsDigest);
        Assert.Equal(expected.WithoutTime(), actual.WithoutTime());
        Assert.Equal(spec.Samples + 80, actual.Epochs[0].SamplesUsed);
        Assert.Equal(CoverageProof.Expected(spec.Samples + 80).ToString(), actual.Epochs[0].CoverageDigest);
    }

    [Fact]
    public async Task EvaluateAsync_oversampled_takesEachSampleOnce()
    {
        JobSpec plain = _plain with { Samples = Samples - 10, ValidationSamples = 10 };
        JobSpec spec = plain with { Oversampling = [.. _data.Train.ClassCounts(0, plain.Samples).Select(count => count + 20)] };
        using var pool = new ComputePool(2);
        using var one = new LocalTrainer(plain, _data, pool, KernelSets.Supported[^1]);
        using var other = new LocalTrainer(spec, _data, pool, KernelSets.Supported[^1]);
        EvaluationResult result = await other.Replica.EvaluateAsync();
        Assert.Equal(await one.Replica.EvaluateAsync(), result);
        Assert.Equal(10, result.Validation!.Samples);
    }

    [Theory]
    [InlineData(new[] { 50, 50, 50, 50 }, null)]
    [InlineData(new[] { 50, 50, 50 }, "has 3 numbers, but the model has 4 classes; give 4")]
    [InlineData(new[] { 150, -1, 50, 50 }, "has -1; give numbers of samples, at least 0")]
    [InlineData(new[] { 1, 1, 1, 100 }, "has numbers that make an epoch of 103 samples; give more than the 103 training samples, at most 100000000")]
    [InlineData(
        new[] { int.MaxValue, int.MaxValue, 1, 1 },
        "has numbers that make an epoch of 4294967296 samples; give more than the 103 training samples, at most 100000000")]
    public void FindProblems_counts_saysWhatWouldBeRight(int[] counts, string? expected) => Assert.Equal(
        expected is null ? [] : [expected], JobSpecCheck.FindProblems(_plain with { Oversampling = counts }).Select(problem => problem.Problem));

    [Fact]
    public void EnsureFits_fewerThanThereAre_isRefused()
    {
        JobSpec spec = _plain with { Oversampling = [_there[0] - 1, 90, 90, 90] };
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => DataChecks.EnsureFits(spec, _data));
        Assert.Equal($"has {_there[0] - 1} samples of class 0, of which there are {_there[0]}; give {_there[0]} or more", Assert.Single(e.Problems).Problem);
    }

    [Fact]
    public void ToJson_oversampling_isThereOnlyIfGiven()
    {
        Assert.DoesNotContain("versampl", _plain.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("epochSamples", _spec.ToJson(), StringComparison.Ordinal);
        Assert.Equal(_spec, JobSpec.Parse(_spec.ToJson()));
    }

    private static async Task<string> DigestAsync(JobSpec spec, DataSource data, KernelSet kernels, int threads)
    {
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(spec, data, pool, kernels);
        await Task.Run(() =>
        {
            for (int step = 0; step < 9; step++) trainer.Step();
        });
        return trainer.Digest();
    }

    private JobFolder Job(string id, JobSpec spec) => new JobStore(_folder.Root).Create(id, spec);
}
