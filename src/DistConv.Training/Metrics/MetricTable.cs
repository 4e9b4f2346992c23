namespace DistConv.Training.Metrics;

/// <summary>All metrics of DistConv. Instruments are created from this table and docs/metrics.md is written from it, so nothing is named twice.</summary>
public static class MetricTable
{
    private const string Seconds = "s", Bytes = "By", Steps = "{step}", Samples = "{sample}", Shards = "{shard}", Silos = "{silo}", Threads = "{thread}",
        Jobs = "{job}", Frames = "{frame}", None = "";

    private static readonly double[] _durations =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60];

    private static readonly double[] _norms = [1e-5, 1e-4, 1e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 1e3, 1e4];

    private static readonly double[] _sizes = [1e4, 1e5, 1e6, 2.5e6, 5e6, 1e7, 2.5e7, 5e7, 1e8, 2.5e8, 5e8, 1e9, 1e10];

    private static readonly AttributeDefinition _job = new("job_id", "The job's id.");
    private static readonly AttributeDefinition _set = new("set", "The held-out samples.", "test", "validation");
    private static readonly AttributeDefinition _layer = new("layer", "The layer's name in the model.");
    private static readonly AttributeDefinition _direction = new("direction", "As this process sees it.", "sent", "received");
    private static readonly AttributeDefinition _reason = new("reason", "Why jobs failed.", FailureReasons.All);
    private static readonly AttributeDefinition _operation = new("operation", "What failed.", "read", "write");
    private static readonly AttributeDefinition _state = new(
        "state", "As `distconv jobs list` shows it.", "queued", "running", "stopped", "interrupted", "paused", "cancelled", "failed", "done");

    private static readonly AttributeDefinition _status = new(
        "status", "As the membership has it.", "created", "joining", "active", "shuttingDown", "stopping", "dead");

    /// <summary>The phases of a step.</summary>
    public static AttributeDefinition Phase { get; } = new("phase", "The phase of a step.", "compute", "exchange", "reduce", "update");

    /// <summary>Training loss of the last step.</summary>
    public static MetricDefinition JobLoss { get; } = OfJob("distconv.job.loss", None, "Mean training loss of the job's last step.");

    /// <summary>Training accuracy of the last step.</summary>
    public static MetricDefinition JobAccuracy { get; } =
        OfJob("distconv.job.accuracy", None, "Share of the last step's samples that were classified correctly, 0 to 1.");

    /// <summary>Learning rate.</summary>
    public static MetricDefinition JobLearningRate { get; } = OfJob("distconv.job.learning_rate", None, "Learning rate of the job's last step.");

    /// <summary>Loss of an evaluation.</summary>
    public static MetricDefinition JobEvaluationLoss { get; } =
        OfJob("distconv.job.evaluation.loss", None, "Mean loss on held-out samples after the last epoch.") with { Attributes = [_job, _set] };

    /// <summary>Accuracy of an evaluation.</summary>
    public static MetricDefinition JobEvaluationAccuracy { get; } = JobEvaluationLoss with
    {
        Name = "distconv.job.evaluation.accuracy",
        Help = "Share of held-out samples that were classified correctly after the last epoch, 0 to 1.",
    };

    /// <summary>Completed steps.</summary>
    public static MetricDefinition JobStep { get; } = OfJob("distconv.job.step", Steps, "Completed steps of the job.");

    /// <summary>All steps.</summary>
    public static MetricDefinition JobStepPlanned { get; } = OfJob("distconv.job.step.planned", Steps, "Steps of the whole job.");

    /// <summary>Age of the last step.</summary>
    public static MetricDefinition JobStepAge { get; } =
        OfJob("distconv.job.step.age", Seconds, "Time since the job's last completed step; before the first of a run, since the run began.");

    /// <summary>Age of the last snapshot.</summary>
    public static MetricDefinition JobSnapshotAge { get; } =
        OfJob("distconv.job.snapshot.age", Seconds, "Time since the job's last snapshot was on the disk.");

    /// <summary>Silos of a job.</summary>
    public static MetricDefinition JobSilos { get; } = OfJob("distconv.job.silos", Silos, "Silos that compute for the job.");

    /// <summary>Samples of a job.</summary>
    public static MetricDefinition JobSamples { get; } = TotalOfJob(
        "distconv.job.samples", Samples, "Training samples that the job has used, as its record has them: each step once, whatever run computed it.");

    /// <summary>Bytes that a job exchanged.</summary>
    public static MetricDefinition JobExchanged { get; } = TotalOfJob(
        "distconv.job.exchanged", Bytes, "Bytes of gradients and weights that left a process for the job, as its record has them.");

    /// <summary>Retries of a job.</summary>
    public static MetricDefinition JobRetries { get; } = TotalOfJob(
        "distconv.job.retries", Shards, "Shards of the job that were computed again, as its record has them.");

    /// <summary>Duration of a step.</summary>
    public static MetricDefinition StepDuration { get; } = Durations("distconv.step.duration", "Duration of the steps that this process coordinates.");

    /// <summary>Duration of a phase.</summary>
    public static MetricDefinition StepPhaseDuration { get; } =
        Durations("distconv.step.phase.duration", "Duration of a step's phases, each on the slowest silo.", Phase);

    /// <summary>Duration of a silo's shards.</summary>
    public static MetricDefinition ShardDuration { get; } =
        Durations("distconv.shard.duration", "Time that this silo takes for the forward and backward pass of its shards in a step.");

    /// <summary>Gradient norms.</summary>
    public static MetricDefinition LayerGradientNorm { get; } = Histogram(
        "distconv.layer.gradient.norm", None, "Norm of a layer's gradient, in the steps that measure it.", _norms, _layer);

    /// <summary>Weight norms.</summary>
    public static MetricDefinition LayerWeightNorm { get; } = Histogram(
        "distconv.layer.weight.norm", None, "Norm of a layer's weights, in the steps that measure it.", _norms, _layer);

    /// <summary>Bytes exchanged.</summary>
    public static MetricDefinition ExchangeBytes { get; } = Counter(
        "distconv.exchange.bytes", Bytes, "Bytes of gradients and weights that this process exchanged with other silos.", _direction);

    /// <summary>Receive calls.</summary>
    public static MetricDefinition ExchangeReceives { get; } = Counter(
        "distconv.exchange.receives", "{call}", "Calls with which this process read gradients from other silos' connections.");

    /// <summary>Dropped frames.</summary>
    public static MetricDefinition DroppedFrames { get; } = Counter(
        "distconv.exchange.frames.dropped", Frames, "Frames of gradients that came twice or too late, and were dropped.");

    /// <summary>Checksum errors.</summary>
    public static MetricDefinition ChecksumErrors { get; } = Counter(
        "distconv.exchange.checksum.errors", "{error}", "Frames of gradients that a network card or a memory changed; each ends its connection.");

    /// <summary>Processor time of the exchange.</summary>
    public static MetricDefinition ExchangeProcessorTime { get; } = Counter(
        "distconv.exchange.cpu.time", Seconds, "Processor time of the threads that send, receive and add up gradients. Only Linux tells it.");

    /// <summary>Stragglers.</summary>
    public static MetricDefinition Stragglers { get; } = Counter(
        "distconv.stragglers", Silos, "Times that a silo was late in a step, so that another one had to compute its shards.");

    /// <summary>Hedges.</summary>
    public static MetricDefinition Hedges { get; } = Counter(
        "distconv.hedges", Shards, "Shards of a slow silo that an idle one computed as well.");

    /// <summary>Retries.</summary>
    public static MetricDefinition ShardRetries { get; } = Counter(
        "distconv.shard.retries", Shards, "Shards that were computed again because a silo was lost, late or slow.");

    /// <summary>Takeovers.</summary>
    public static MetricDefinition Takeovers { get; } = Counter(
        "distconv.takeovers", Jobs, "Jobs that this silo took over from a coordinator that was lost.");

    /// <summary>Failures.</summary>
    public static MetricDefinition JobFailures { get; } = Counter("distconv.job.failures", Jobs, "Jobs that failed in this process.", _reason);

    /// <summary>Store errors.</summary>
    public static MetricDefinition StoreErrors { get; } = Counter(
        "distconv.store.errors", "{error}", "Times that the job store could not be read or written.", _operation);

    /// <summary>Size of snapshots.</summary>
    public static MetricDefinition SnapshotSize { get; } = Histogram("distconv.snapshot.size", Bytes, "Size of the snapshots that this process wrote.", _sizes);

    /// <summary>Duration of writing snapshots.</summary>
    public static MetricDefinition SnapshotDuration { get; } = Durations(
        "distconv.snapshot.duration", "Time that writing a snapshot takes; training goes on meanwhile.");

    /// <summary>Silos.</summary>
    public static MetricDefinition ClusterSilos { get; } = OfSilo("distconv.silos", Silos, "Silos of the cluster, as this one sees them.", _status);

    /// <summary>Threads.</summary>
    public static MetricDefinition ComputeThreads { get; } = OfSilo("distconv.threads", Threads, "Compute threads of this silo.");

    /// <summary>Busy threads.</summary>
    public static MetricDefinition BusyThreads { get; } = OfSilo("distconv.threads.busy", Threads, "Compute threads of this silo that are computing.");

    /// <summary>Jobs.</summary>
    public static MetricDefinition StoreJobs { get; } = OfSilo("distconv.jobs", Jobs, "Jobs of the store.", _state);

    /// <summary>Jobs without a coordinator.</summary>
    public static MetricDefinition UncoordinatedJobs { get; } = OfSilo(
        "distconv.jobs.uncoordinated", Jobs, "Jobs that are running according to the store and have no live coordinator.");

    /// <summary>Free space.</summary>
    public static MetricDefinition StoreFree { get; } = OfSilo("distconv.store.free", Bytes, "Free space on the disk of the job store.");

    /// <summary>All metrics, in the order of the reference.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        JobLoss, JobAccuracy, JobLearningRate, JobEvaluationLoss, JobEvaluationAccuracy, JobStep, JobStepPlanned, JobStepAge, JobSnapshotAge, JobSilos,
        JobSamples, JobExchanged, JobRetries, StepDuration, StepPhaseDuration, ShardDuration, LayerGradientNorm, LayerWeightNorm, ExchangeBytes,
        ExchangeReceives, DroppedFrames, ChecksumErrors, ExchangeProcessorTime, Stragglers, Hedges, ShardRetries, Takeovers, JobFailures, StoreErrors,
        SnapshotSize, SnapshotDuration, ClusterSilos, ComputeThreads, BusyThreads, StoreJobs, UncoordinatedJobs, StoreFree,
    ];

    private static MetricDefinition OfJob(string name, string unit, string help) =>
        new(name, MetricKind.Gauge, unit, help, _job) { Presence = MetricPresence.RunningJob };

    private static MetricDefinition TotalOfJob(string name, string unit, string help) => OfJob(name, unit, help) with { Kind = MetricKind.Counter };

    private static MetricDefinition OfSilo(string name, string unit, string help, params AttributeDefinition[] attributes) =>
        new(name, MetricKind.Gauge, unit, help, attributes) { Presence = MetricPresence.Silo };

    private static MetricDefinition Counter(string name, string unit, string help, params AttributeDefinition[] attributes) =>
        new(name, MetricKind.Counter, unit, help, attributes);

    private static MetricDefinition Durations(string name, string help, params AttributeDefinition[] attributes) =>
        Histogram(name, Seconds, help, _durations, attributes);

    private static MetricDefinition Histogram(string name, string unit, string help, double[] buckets, params AttributeDefinition[] attributes) =>
        new(name, MetricKind.Histogram, unit, help, attributes) { Buckets = buckets };
}
