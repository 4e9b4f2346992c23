using System.Runtime.InteropServices;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Weights that a client sends for a job to begin with, and jobs whose layers are frozen until an epoch, on silos with connections between
/// them.</summary>
public sealed class InitialWeightsTests : IDisposable
{
    private static readonly RunMessage _run = new(StopAt: null, SnapshotEverySteps: null, SnapshotSeconds: 5);

    private readonly TinyJob _job;
    private readonly byte[] _weights;

    public InitialWeightsTests()
    {
        float[] values = [];
        _job = new TinyJob(change: spec =>
        {
            ModelSpec model = ModelSpec.Parse(TinyJob.Normed, "normed");
            using var drawn = SnapshotNetwork.Untrained(model, seed: 99, KernelSets.Supported[0]);
            values = drawn.Parameters.ToArray();
            return spec with
            {
                ModelJson = model.ToJson(),
                InitialWeights = Snapshot.DigestOf(values),
                ClipNorm = 0.1f,
                FreezeUntilEpoch = 2,
                FrozenLayers = ["conv1", "batchnorm1"],
                LayerRates = [new LayerRate { Layer = "dense1", Factor = 0.5f }],
            };
        });
        InitialSnapshot.Enter(_job.Folder, InitialSnapshot.Create(_job.Spec, values, DateTimeOffset.UnixEpoch));
        _weights = MemoryMarshal.AsBytes<float>(values).ToArray();
    }

    private string Json => _job.Spec.ToJson();

    private string Uploads => Path.Combine(_job.Store, ".uploads");

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Submit_weightsThatWereSent_givesTheWeightsOfLocalTrainerOnAnyNumberOfSilos(int silos)
    {
        string expected = await TrainedHereAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos);
        int half = _weights.Length / 2;
        await cluster.Jobs(0).SendInitialWeights("sent", Json, 0, _weights[..half]);
        await cluster.Jobs(0).SendInitialWeights("sent", Json, 0, _weights[..half]); // A client that got no answer.
        await cluster.Jobs(silos - 1).SendInitialWeights("sent", Json, half, _weights[half..]);

        await cluster.Jobs(0).Submit("sent", Json, _run with { StopAt = 4 });
        await cluster.WaitAsync(0, "sent");
        await cluster.Jobs(0).Resume("sent", _run with { StopAt = 7 });
        await cluster.WaitAsync(0, "sent");
        await cluster.Jobs(silos - 1).Resume("sent", _run);
        JobStatus status = await cluster.WaitAsync(0, "sent");

        Assert.Equal((JobState.Done, expected), (status.State, status.WeightsDigest));
        Assert.Empty(Directory.GetFiles(Uploads));
        await cluster.Jobs(0).Submit("sent", Json, _run); // The same job again needs no weights.
    }

    [Fact]
    public async Task SendInitialWeights_nonsense_isRefusedInOneLineAndNothingStays()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        IJobsGrain jobs = cluster.Jobs(0);
        string none = (_job.Spec with { InitialWeights = null }).ToJson();

        await RefusedAsync("specification is missing; give its JSON", () => jobs.SendInitialWeights("sent", null!, 0, _weights));
        await RefusedAsync("job is '../x', which is not a job id", () => jobs.SendInitialWeights("../x", Json, 0, _weights));
        await RefusedAsync("initialWeights is missing in the specification", () => jobs.SendInitialWeights("sent", none, 0, _weights));
        await RefusedAsync("initialWeights has a chunk of 0 bytes; give 1 to 1048576", () => jobs.SendInitialWeights("sent", Json, 0, null!));
        await RefusedAsync("initialWeights has a chunk of 1048577 bytes", () => jobs.SendInitialWeights("sent", Json, 0, new byte[1_048_577]));
        await RefusedAsync("initialWeights has bytes 4 to ", () => jobs.SendInitialWeights("sent", Json, 4, _weights));
        await RefusedAsync("initialWeights has bytes -4 to ", () => jobs.SendInitialWeights("sent", Json, -4, new byte[4]));
        await RefusedAsync("initialWeights has bytes 9223372036854775807 to ", () => jobs.SendInitialWeights("sent", Json, long.MaxValue, new byte[4]));
        await RefusedAsync("initialWeights was sent in part, and that part is gone", () => jobs.SendInitialWeights("sent", Json, 4, new byte[4]));
        await RefusedAsync("initialWeights names weights that have not been sent", () => jobs.Submit("sent", Json, _run));
        Assert.False(Directory.Exists(Uploads));
        Assert.False(Directory.Exists(Path.Combine(_job.Store, "sent")));
    }

    [Fact]
    public async Task Submit_weightsThatAreNotThoseOfTheJob_leavesNeitherThemNorTheJob()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        IJobsGrain jobs = cluster.Jobs(0);

        await jobs.SendInitialWeights("sent", Json, 0, _weights[..8]);
        await RefusedAsync("initialWeights has a chunk from byte 12 on, but only 8 bytes", () => jobs.SendInitialWeights("sent", Json, 12, new byte[4]));
        await RefusedAsync($"initialWeights was sent in part: 8 of {_weights.Length} bytes", () => jobs.Submit("sent", Json, _run));
        byte[] other = [.. _weights];
        other[1] ^= 1;
        await jobs.SendInitialWeights("sent", Json, 0, other);
        await RefusedAsync("the initial weights are not those that the job names, sha256:", () => jobs.Submit("sent", Json, _run));
        BitConverter.GetBytes(float.NaN).CopyTo(other, 0);
        await jobs.SendInitialWeights("sent", Json, 0, other);
        await RefusedAsync("initialWeights has the value NaN at index 0; weights must be finite", () => jobs.Submit("sent", Json, _run));

        Assert.Empty(Directory.GetFiles(Uploads));
        Assert.False(Directory.Exists(Path.Combine(_job.Store, "sent")));
    }

    [Fact]
    public async Task SendInitialWeights_manyClientsThatNeverSubmit_areBoundedAndRemoved()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        IJobsGrain jobs = cluster.Jobs(0);
        for (int i = 0; i < 8; i++) await jobs.SendInitialWeights($"sent-{i}", Json, 0, _weights[..4]);

        await RefusedAsync("initialWeights cannot be sent now: 8 clients are sending", () => jobs.SendInitialWeights("sent", Json, 0, _weights));
        foreach (string file in Directory.GetFiles(Uploads)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        await jobs.SendInitialWeights("sent", Json, 0, _weights);

        Assert.StartsWith("sent-", Path.GetFileName(Assert.Single(Directory.GetFiles(Uploads))), StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string expected, Func<Task> call)
    {
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(call);
        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    /// <summary>The control run from the same snapshot.</summary>
    private async Task<string> TrainedHereAsync()
    {
        using var pool = new Core.Threading.ComputePool(1);
        using var trainer = new LocalTrainer(_job.Spec, _job.Source, pool, KernelSets.Select("scalar"));
        await using var loop = new TrainingLoop(_job.Folder, trainer, new RunOptions(), TimeProvider.System);
        return (await loop.RunAsync(TestContext.Current.CancellationToken)).WeightsDigest!;
    }
}
