namespace DistConv.Chaos.Faults;

/// <summary>What can be done to a cluster.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of a silo that does not coordinate the job.</summary>
    KillWorker,

    /// <summary>kill -9 of the silo that coordinates the job.</summary>
    KillCoordinator,

    /// <summary>kill -9 of all silos but one.</summary>
    KillMost,

    /// <summary>kill -9 of all silos.</summary>
    KillAll,

    /// <summary>kill -9 of a silo that does not coordinate the job, in the middle of an exchange.</summary>
    KillOwner,

    /// <summary>SIGSTOP of a silo for seconds, then SIGCONT.</summary>
    Freeze,

    /// <summary>SIGSTOP of a silo in the middle of an exchange for less than its deadline, then SIGCONT: its ranges are late.</summary>
    FreezeOwner,

    /// <summary>SIGSTOP of the coordinator's silo for seconds, then SIGCONT.</summary>
    FreezeCoordinator,

    /// <summary>SIGSTOP of any silo for a minute: membership declares it dead.</summary>
    FreezeLong,

    /// <summary>SIGTERM: the silo drains, ends and is started again.</summary>
    Terminate,

    /// <summary>One more silo.</summary>
    Join,

    /// <summary>One silo less, by SIGTERM.</summary>
    Leave,

    /// <summary>Redis is killed and started again with its data.</summary>
    RestartRedis,

    /// <summary>Redis is killed and started again without its data.</summary>
    EmptyRedis,

    /// <summary>FLUSHALL.</summary>
    FlushRedis,

    /// <summary>Two silos do not reach each other.</summary>
    Cut,

    /// <summary>A silo reaches nobody, not even Redis.</summary>
    Isolate,

    /// <summary>What reaches a silo is late.</summary>
    Delay,

    /// <summary>The store's disk is full.</summary>
    FillDisk,

    /// <summary>No file can be made in the job's folder.</summary>
    RefuseWrites,
}

/// <summary>One fault of a schedule.</summary>
/// <param name="Kind">What.</param>
/// <param name="PauseSeconds">Time before it.</param>
/// <param name="Seconds">How long it lasts, if it lasts.</param>
/// <param name="Pick">Chooses among the silos that it can hit.</param>
/// <param name="WithNext">The next fault comes before this one has ended.</param>
internal sealed record Fault(FaultKind Kind, double PauseSeconds, double Seconds, int Pick, bool WithNext);
