using System.Collections.Concurrent;
using DistConv.Training.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>What a silo says about job folders that it cannot read, and that it looks after the others all the same.</summary>
public sealed class DamagedJobsTests : IDisposable
{
    private readonly TinyJob _job = new();

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task Failover_twoDamagedFolders_saysSoOnceForEachAndTakesOverTheOtherJobs()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        using var lines = new RecordingProvider();
        cluster.Hosts[0].Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        string[] damaged = ["damaged-1", "damaged-2"];
        foreach (string id in damaged)
        {
            Directory.CreateDirectory(Path.Combine(_job.Store, id));
            File.WriteAllText(Path.Combine(_job.Store, id, "spec.json"), "{");
        }

        await SmallCluster.UntilAsync(() => damaged.All(id => lines.About(id).Any()));

        // Each is found when the folders are looked at anew.
        foreach (string id in new[] { "first", "second", "third" })
        {
            LoseCoordinator(new JobStore(_job.Store).Create(id, _job.Spec));
            Assert.Equal(JobState.Done, (await cluster.WaitAsync(0, id)).State);
        }

        foreach (string id in damaged)
        {
            string line = Assert.Single(lines.About(id));
            Assert.StartsWith($"Job {id} cannot be looked after: ", line);
            Assert.EndsWith("is damaged, or was written by another version of DistConv", line);
        }
    }

    /// <summary>What a cluster leaves that was killed: a claim, a run record, and a status that says running.</summary>
    private static void LoseCoordinator(JobFolder folder)
    {
        long fence = folder.ClaimFence(new ClaimOwner("10.0.0.3:11111@1", "elsewhere", 1));
        folder.WriteRun(new RunRecord(null, 1, 5, fence), fence);
        folder.WriteStatus(new JobStatusRecord { State = JobState.Running, Step = 0, UpdatedAt = DateTimeOffset.UtcNow }, fence);
    }

    private sealed class RecordingProvider : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> About(string job) => _lines.Where(line => line.Contains($"Job {job} ", StringComparison.Ordinal));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
