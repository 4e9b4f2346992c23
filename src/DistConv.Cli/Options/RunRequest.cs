using DistConv.Client;
using DistConv.Silo.Exporters;
using DistConv.Training.Loop;

namespace DistConv.Cli.Options;

/// <summary>How a job runs: nothing here changes a bit of its result.</summary>
internal sealed record RunRequest
{
    /// <summary>Where jobs are kept that are not a cluster's.</summary>
    public required StoreOptions Store { get; init; }

    /// <summary>The cluster that trains; null: this machine does.</summary>
    public ClusterChoice? Cluster { get; init; }

    /// <summary>Whether to return as soon as the cluster trains.</summary>
    public bool Detach { get; init; }

    /// <summary>Where data sets may be.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>Threads that compute, of each silo.</summary>
    public required int Threads { get; init; }

    /// <summary>Silo processes: this one and its children.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>End after this step, with a snapshot.</summary>
    public long? StopAt { get; init; }

    /// <summary>Snapshots by steps instead of by time; one each epoch in any case.</summary>
    public long? SnapshotEverySteps { get; init; }

    /// <summary>Steps between records of norms; 0: none.</summary>
    public long NormsEverySteps { get; init; } = RunOptions.DefaultNormsEverySteps;

    /// <summary>How a run goes about it.</summary>
    public RunOptions ToOptions() => new(StopAt, SnapshotEverySteps, NormsEverySteps: NormsEverySteps);

    /// <summary>The control run: no grains.</summary>
    public bool Local { get; init; }

    /// <summary>The dashboard; null: none.</summary>
    public DashboardChoice? Dashboard { get; init; }

    /// <summary>Where metrics and traces go; null: nowhere.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether nothing is said on the way.</summary>
    public bool Quiet { get; init; }
}
