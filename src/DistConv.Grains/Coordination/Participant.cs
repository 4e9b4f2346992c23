using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;

namespace DistConv.Grains.Coordination;

/// <summary>A silo that takes part in a job.</summary>
/// <param name="silo">Its address.</param>
/// <param name="worker">Its worker.</param>
/// <param name="joined">What it answered when it joined.</param>
/// <param name="isLocal">Whether it is the coordinator's own process: what goes there is not exchanged, and it cannot be lost.</param>
internal sealed class Participant(SiloAddress silo, IWorkerService worker, JoinReply joined, bool isLocal)
{
    /// <summary>How many steps are kept for people who watch.</summary>
    private const int KeptSteps = 12;

    private readonly TaskCompletionSource _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloStep[] _recent = []; // Replaced as a whole: the status may be asked for meanwhile.
    private SiloLoad? _load;

    /// <summary>Its address.</summary>
    public SiloAddress Silo => silo;

    /// <summary>Its worker.</summary>
    public IWorkerService Worker => worker;

    /// <summary>What it answered when it joined.</summary>
    public JoinReply Joined => joined;

    /// <summary>Whether it is the coordinator's own process.</summary>
    public bool IsLocal => isLocal;

    /// <summary>Completes when the coordinator waits for it no longer.</summary>
    public Task Dropped => _dropped.Task;

    /// <summary>Its shards, ascending; at least one. With other shards its steps count anew.</summary>
    public int[] Shards
    {
        get;
        set
        {
            if (!field.AsSpan().SequenceEqual(value)) _recent = [];
            field = value;
        }
    } = [];

    /// <summary>The newest plan of the exchange that it has been told.</summary>
    public long KnownPlan { get; set; } = -1;

    /// <summary>How many ended epochs it has been told of.</summary>
    public int KnownEpochs { get; set; } = -1;

    /// <summary>Whether it has computed a step for this coordinator.</summary>
    public bool HasComputed { get; set; }

    /// <summary>"127.0.0.1:30112 (process 4711)", for people.</summary>
    public string Name => NameOf(silo.Endpoint.ToString(), joined.ProcessId);

    /// <summary>A silo's name, for people.</summary>
    /// <param name="endpoint">Its address.</param>
    /// <param name="processId">Its process.</param>
    /// <returns>See <see cref="Name"/>.</returns>
    public static string NameOf(string endpoint, int processId) => $"{endpoint} (process {processId})";

    /// <summary>Nobody waits for it any longer: its shards are computed elsewhere until it joins again.</summary>
    public void Drop() => _dropped.TrySetResult();

    /// <summary>It has computed a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="reply">Its answer.</param>
    public void Note(long step, StepReply reply)
    {
        HasComputed = true;
        SiloStep[] recent = _recent;
        _recent = [.. recent.AsSpan(int.Max(0, recent.Length + 1 - KeptSteps)), new SiloStep(step, reply.ComputeMs)];
        if (reply.MemoryBytes > 0) _load = new SiloLoad(reply.ProcessorShare, reply.MemoryBytes);
    }

    /// <summary>As the job's status shows it.</summary>
    /// <returns>A copy.</returns>
    public Training.Jobs.SiloStatus ToStatus()
    {
        SiloStep[] recent = _recent;
        return new(silo.Endpoint.ToString(), joined.Host, joined.ProcessId, Shards, joined.Threads, recent is [.., var newest] ? newest.ComputeMilliseconds : 0)
        {
            IsCoordinator = isLocal,
            Build = joined.Build,
            Load = _load,
            RecentSteps = recent,
        };
    }
}
