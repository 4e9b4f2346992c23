using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Grains.Jobs;
using DistConv.Silo.Embedded;
using DistConv.Silo.Exporters;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class EmbeddedClusterTests : IDisposable
{
    private readonly TinyJob _job = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData(1, "scalar")]
    [InlineData(3, null)]
    public async Task StartAsync_job_gives_the_weights_of_LocalTrainer(int threads, string? kernel)
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using EmbeddedCluster cluster = await _job.StartClusterAsync(threads, kernel);

        await cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions());
        JobStatus status = await cluster.Jobs.WaitAsync();

        Assert.Null(status.Message);
        Assert.Equal(JobState.Done, status.State);
        Assert.NotNull(status.WeightsDigest);
        Assert.Equal(local.WeightsDigest, status.WeightsDigest);
        Assert.Equal(local.Epochs.Select(epoch => epoch with { Seconds = 0 }), status.Epochs.Select(epoch => epoch with { Seconds = 0 }));
        Assert.Equal(_job.Spec.TotalSteps, status.Step);
        Assert.Equal(threads, status.Threads);
        Assert.Equal([0, 1, 2, 3], Assert.Single(status.Silos).Shards);
        Assert.Equal(Environment.ProcessId, status.Silos[0].ProcessId);
        Assert.Equal(0, status.ExchangedBytes);
        Assert.Equal(JobState.Done, _job.Folder.ReadStatus()!.State);
        Assert.False(_job.Folder.IsRunning);
    }

    [Fact]
    public async Task StartAsync_stopped_at_steps_and_resumed_gives_the_weights_of_an_uninterrupted_run()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using (EmbeddedCluster first = await _job.StartClusterAsync())
        {
            await first.Jobs.StartAsync(TinyJob.Id, new RunOptions(StopAt: 4));
            Assert.Equal((JobState.Stopped, 4L), await EndAsync(first.Jobs));
            await first.Jobs.StartAsync(TinyJob.Id, new RunOptions(StopAt: 9));
            Assert.Equal((JobState.Stopped, 9L), await EndAsync(first.Jobs));
        }

        await using EmbeddedCluster second = await _job.StartClusterAsync(1, "scalar");
        await second.Jobs.StartAsync(TinyJob.Id, new RunOptions());
        JobStatus status = await second.Jobs.WaitAsync();

        Assert.Equal((JobState.Done, local.WeightsDigest), (status.State, status.WeightsDigest));
        Assert.Equal(local.Epochs.Select(epoch => epoch with { Seconds = 0 }), status.Epochs.Select(epoch => epoch with { Seconds = 0 }));
    }

    [Fact]
    public async Task StopAsync_running_job_ends_it_with_a_snapshot()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using EmbeddedCluster cluster = await _job.StartClusterAsync();
        await cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions());
        await cluster.Jobs.StopAsync(TinyJob.Id);
        JobStatus stopped = await cluster.Jobs.WaitAsync();

        Assert.Equal(stopped.Step, _job.Folder.LatestVerified(out _)!.Snapshot.Step);
        await cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions());
        Assert.Equal(local.WeightsDigest, (await cluster.Jobs.WaitAsync()).WeightsDigest);
    }

    [Fact]
    public async Task DisposeAsync_running_job_leaves_it_to_be_resumed()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        EmbeddedCluster first = await _job.StartClusterAsync();
        await first.Jobs.StartAsync(TinyJob.Id, new RunOptions(SnapshotEverySteps: 1));
        await first.DisposeAsync();
        Assert.False(_job.Folder.IsRunning);

        await using EmbeddedCluster second = await _job.StartClusterAsync();
        await second.Jobs.StartAsync(TinyJob.Id, new RunOptions());
        Assert.Equal(local.WeightsDigest, (await second.Jobs.WaitAsync()).WeightsDigest);
    }

    [Fact]
    public async Task StartAsync_running_job_changes_nothing()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using EmbeddedCluster cluster = await _job.StartClusterAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions())));

        Assert.Equal(local.WeightsDigest, (await cluster.Jobs.WaitAsync()).WeightsDigest);
    }

    [Fact]
    public async Task StartAsync_unknown_job_names_it()
    {
        await using EmbeddedCluster cluster = await _job.StartClusterAsync();

        InvalidInputException start = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs.StartAsync("tinny", new RunOptions()));
        InvalidInputException status = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs.GetStatusAsync("tinny"));

        Assert.Contains("did you mean 'tiny'?", start.Message, StringComparison.Ordinal);
        Assert.Contains("'tinny'", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_job_of_another_process_is_refused()
    {
        using JobLock? other = _job.Folder.TryAcquireLock();
        await using EmbeddedCluster cluster = await _job.StartClusterAsync();

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions()));

        Assert.Contains("another process", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_missing_data_fails_the_job_with_its_reason()
    {
        Directory.Delete(_job.Data, recursive: true);
        await using EmbeddedCluster cluster = await _job.StartClusterAsync();

        await cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions());
        JobStatus status = await cluster.Jobs.WaitAsync();

        Assert.Equal(JobState.Failed, status.State);
        Assert.Contains(_job.Data, status.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", status.Message, StringComparison.Ordinal);
        Assert.Equal((JobState.Failed, status.Message), (_job.Folder.ReadStatus()!.State, _job.Folder.ReadStatus()!.Message));
    }

    [Fact]
    public async Task StartAsync_gradient_that_is_not_finite_fails_the_job_with_step_and_layer()
    {
        using var job = new TinyJob(learningRate: 1e38f);
        await using EmbeddedCluster cluster = await job.StartClusterAsync();

        await cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions());
        JobStatus status = await cluster.Jobs.WaitAsync();

        Assert.Equal(JobState.Failed, status.State);
        Assert.Contains("not finite", status.Message, StringComparison.Ordinal);
        Assert.Single(status.Message!.Split('\n'));
        Assert.Equal(JobState.Failed, job.Folder.ReadStatus()!.State);
    }

    [Fact]
    public async Task StartAsync_two_clusters_at_once_do_not_meet()
    {
        using var otherJob = new TinyJob();
        EmbeddedCluster[] clusters = await Task.WhenAll(_job.StartClusterAsync(1), otherJob.StartClusterAsync(1));
        await Task.WhenAll(clusters.Select(cluster => cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions())));

        JobStatus[] statuses = await Task.WhenAll(clusters.Select(cluster => cluster.Jobs.WaitAsync()));

        Assert.All(statuses, status => Assert.Equal(JobState.Done, status.State));
        Assert.All(statuses, status => Assert.Single(status.Silos));
        Assert.Equal(2, statuses.Select(status => status.Silos[0].Silo).Distinct().Count());
        foreach (EmbeddedCluster cluster in clusters) await cluster.DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_idleClusterWithTelemetryThatNobodyTakes_ends()
    {
        TelemetryOptions telemetry = new() { Otlp = new OtlpTarget(OtlpTransport.Grpc, new Uri("http://127.0.0.1:9")) };
        EmbeddedClusterOptions options = new(_job.Store, null, 1, null) { Telemetry = telemetry };
        EmbeddedCluster cluster = await EmbeddedCluster.StartAsync(options, Token);

        await cluster.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token);

        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Jobs.StartAsync(TinyJob.Id, new RunOptions()).WaitAsync(TimeSpan.FromMinutes(1), Token));
    }

    private static async Task<(JobState State, long Step)> EndAsync(JobClient jobs)
    {
        JobStatus status = await jobs.WaitAsync();
        return (status.State, status.Step);
    }

    [Fact]
    public async Task StartAsync_child_that_does_not_start_is_named()
    {
        var warnings = new ConcurrentQueue<string>();
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        EmbeddedClusterOptions options = new(_job.Store, _job.Data, Threads: 1, Kernel: null)
        {
            Silos = 3,
            ChildCommand = [dotnet, "no-such-program.dll"],
            Warn = warnings.Enqueue,
        };

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => EmbeddedCluster.StartAsync(options, Token));

        Assert.StartsWith("a silo process does not start (exit code", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(warnings);
    }
}
