using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Data.Stored;

public sealed class StoredDatasetTests : IDisposable
{
    private const int Samples = 103;

    private readonly StoredFile _file = new();
    private readonly DataSource _memory = TinyJobs.Data(Samples);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    /// <summary>No window, one of a few pictures, of about a step, and of more than there are; mixed samples and validation among them.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 3)]
    [InlineData(25, 2)]
    [InlineData(1000, 3)]
    public async Task Step_windowOfAnySize_givesTheBitsOfMemory(int window, int threads)
    {
        JobSpec spec = TinyJobs.Spec(samples: Samples, batch: 20, shards: 3, steps: 14).Varied() with { Samples = 90, ValidationSamples = 13 };
        Assert.Equal(await RunAsync(spec, _memory, 1), await RunAsync(spec, _file.Write(_memory, window), threads));
    }

    [Fact]
    public async Task Announce_samples_areReadAheadUpToTheWindowAndAskedForOnce()
    {
        IDataset data = _file.Write(_memory, window: 4).Train;
        var stored = (StoredDataset)data;
        Assert.Equal(4, data.ReadAhead);

        data.Announce([7, 50, 7, 3, 9, 11]);
        await UntilAsync(() => stored.Held == 3); // The fourth place is not for a sample that is there already, and the others do not fit.
        for (int sample = 0; sample < Samples; sample++) _file.Flip(StoredFile.PlaceOf(data, sample));
        foreach (int sample in (int[])[50, 3, 7]) Assert.Equal(_memory.Train.Image(sample), data.Image(sample));
        Assert.Throws<InvalidInputException>(() => data.Image(7).Length);
        Assert.Throws<InvalidInputException>(() => data.Image(11).Length);
    }

    [Fact]
    public async Task Announce_otherSamples_forgetsTheFormerOnes()
    {
        IDataset data = _file.Write(_memory, window: 3).Train;
        var stored = (StoredDataset)data;
        data.Announce([1, 2, 3]);
        await UntilAsync(() => stored.Held == 3);
        data.Announce([3, 4, 5]);
        await UntilAsync(() => stored.Held == 3);
        _file.Truncate(10);
        foreach (int sample in (int[])[3, 4, 5]) Assert.Equal(_memory.Train.Image(sample), data.Image(sample));
        Assert.Throws<InvalidInputException>(() => data.Image(1).Length);
    }

    [Fact]
    public void Step_fileThatChangesBelow_failsWithOneLineThatNamesIt()
    {
        DataSource data = _file.Write(_memory, window: 8);
        using ComputePool pool = new(2);
        using LocalTrainer trainer = new(TinyJobs.Spec(samples: Samples, batch: 20, steps: 9), data, pool, KernelSets.Select("scalar"));
        trainer.Step();
        for (int sample = 0; sample < Samples; sample++) _file.Flip(StoredFile.PlaceOf(data.Train, sample) + 40);

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Steps(trainer, 6));

        string start = $"the cache of decoded pictures '{_file.Path}' on {Environment.MachineName} has changed or is damaged at picture ";
        Assert.StartsWith(start, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(": delete this file and start again; the pictures are then decoded anew", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_truncatedFile_isOneLine()
    {
        IDataset data = _file.Write(_memory, window: 0).Train;
        _file.Truncate(StoredFile.PlaceOf(data, 5) + 1);
        Assert.Equal(_memory.Train.Image(4), data.Image(4));
        Assert.Contains("is shorter than it was", Assert.Throws<InvalidInputException>(() => data.Image(5).Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_deletedFile_isStillRead()
    {
        if (OperatingSystem.IsWindows()) return; // There it keeps its name as long as it is open.
        IDataset data = _file.Write(_memory, window: 0).Train;
        File.Delete(_file.Path);
        Assert.Equal(_memory.Train.Image(Samples - 1), data.Image(Samples - 1));
    }

    private static void Steps(LocalTrainer trainer, int count)
    {
        for (int i = 0; i < count; i++) trainer.Step();
    }

    private static async Task<(string, double, double)> RunAsync(JobSpec spec, DataSource data, int threads)
    {
        using ComputePool pool = new(threads);
        using LocalTrainer trainer = new(spec, data, pool, KernelSets.Select("scalar"));
        Steps(trainer, (int)spec.TotalSteps);
        EvaluationResult result = await trainer.Replica.EvaluateAsync();
        return (trainer.Digest(), result.Loss, result.Validation!.Loss);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(5, patience.Token);
    }
}
