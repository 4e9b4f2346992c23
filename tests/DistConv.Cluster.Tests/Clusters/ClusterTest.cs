using System.Diagnostics;
using DistConv.Chaos.Harness;
using Xunit;

namespace DistConv.Cluster.Tests.Clusters;

/// <summary>A test on the cluster of the fixture. What all processes wrote meanwhile is part of its output when it fails.</summary>
[Collection(nameof(ClusterFixture))]
public abstract class ClusterTest : IDisposable
{
    private readonly ClusterFixture _fixture;
    private readonly int _position;

    protected ClusterTest(ClusterFixture fixture)
    {
        _fixture = fixture;
        _position = fixture.Cluster.Journal.Count;
    }

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal ClusterFixture Fixture => _fixture;

    internal RealCluster Cluster => _fixture.Cluster;

    /// <summary>Where the journal stood when the test began.</summary>
    internal int Position => _position;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result != TestResult.Failed) return;
        foreach (JournalLine line in Cluster.Journal.Since(_position)) TestContext.Current.TestOutputHelper?.WriteLine($"{line}");
    }

    /// <summary>Does something to the cluster, and notes what had been completed by then.</summary>
    internal static StepMark Strike(ClusterJob job, Action strike)
    {
        long at = Stopwatch.GetTimestamp();
        strike();
        return job.Observer.Mark(at);
    }

    /// <summary>The silo that coordinates a job, as soon as there is one.</summary>
    internal async Task<SupervisedSilo> CoordinatorAsync(ClusterJob job)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Cluster.CoordinatorOf(job) is { } silo) return silo;
            Assert.True(Stopwatch.GetElapsedTime(started) < ClusterFixture.Bound, $"nobody coordinates job '{job.Id}'");
            await Task.Delay(20, Token);
        }
    }

    /// <summary>A silo that does not coordinate a job.</summary>
    internal async Task<SupervisedSilo> WorkerAsync(ClusterJob job)
    {
        SupervisedSilo coordinator = await CoordinatorAsync(job);
        return Cluster.Silos.First(silo => silo != coordinator);
    }
}

/// <summary>The tests that share <see cref="ClusterFixture"/>.</summary>
[CollectionDefinition(nameof(ClusterFixture))]
public sealed class ClusterGroup : ICollectionFixture<ClusterFixture>;
