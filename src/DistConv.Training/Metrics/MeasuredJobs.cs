using System.Diagnostics.Metrics;

namespace DistConv.Training.Metrics;

/// <summary>
/// The running jobs that this process coordinates, as the metrics show them: at most <see cref="MaxJobs"/>, those that began first. A job that ends goes at
/// once, except for exporters that send at intervals: each of them gets its last values once.
/// </summary>
public sealed class MeasuredJobs
{
    /// <summary>The most jobs that are shown.</summary>
    public const int MaxJobs = 100;

    private const int MaxEnded = 20;

    private readonly Lock _gate = new();
    private readonly List<JobMeasures> _running = [];
    private readonly List<(JobMeasures Job, HashSet<IntervalReader> For)> _ended = [];
    private readonly HashSet<IntervalReader> _readers = [];

    internal MeasuredJobs(Meter meter)
    {
        Observe(meter, MetricTable.JobLoss, job => job.Loss);
        Observe(meter, MetricTable.JobAccuracy, job => job.Accuracy);
        Observe(meter, MetricTable.JobLearningRate, job => job.LearningRate);
        Observe(meter, MetricTable.JobEvaluationLoss, job => job.TestLoss, job => job.ValidationLoss);
        Observe(meter, MetricTable.JobEvaluationAccuracy, job => job.TestAccuracy, job => job.ValidationAccuracy);
        Observe(meter, MetricTable.JobStep, job => job.Steps);
        Observe(meter, MetricTable.JobStepPlanned, job => job.PlannedSteps);
        Observe(meter, MetricTable.JobStepAge, job => job.StepAgeSeconds);
        Observe(meter, MetricTable.JobSnapshotAge, job => job.SnapshotAgeSeconds);
        Observe(meter, MetricTable.JobSilos, job => job.Silos);
        ObserveTotal(meter, MetricTable.JobSamples, totals => totals.Samples);
        ObserveTotal(meter, MetricTable.JobExchanged, totals => totals.ExchangedBytes);
        ObserveTotal(meter, MetricTable.JobRetries, totals => totals.RetriedShards);
    }

    /// <summary>A run begins.</summary>
    /// <param name="job">What it measures.</param>
    public void Enter(JobMeasures job)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_gate)
        {
            _ended.RemoveAll(ended => ended.Job.Id == job.Id);
            _running.Add(job);
        }
    }

    /// <summary>A run has ended. Does nothing the second time.</summary>
    /// <param name="job">What it measured.</param>
    /// <param name="isFinal">Whether the job has ended with it; otherwise another coordinator goes on.</param>
    public void Leave(JobMeasures job, bool isFinal)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_gate)
        {
            if (!_running.Remove(job) || !isFinal || _readers.Count == 0) return;
            _ended.Add((job, [.. _readers]));
            if (_ended.Count > MaxEnded) _ended.RemoveAt(0);
        }
    }

    /// <summary>An exporter that looks at intervals begins.</summary>
    /// <returns>To be disposed when it looks no longer.</returns>
    public IntervalReader AddReader()
    {
        IntervalReader reader = new(this);
        lock (_gate) _readers.Add(reader);
        return reader;
    }

    private void Observe(Meter meter, MetricDefinition definition, Func<JobMeasures, double> read) => meter.CreateObservableGauge(
        definition.Name, () => Shown().Select(job => Measure(read(job), job)).OfType<Measurement<double>>(), definition.Unit, definition.Help);

    private void Observe(Meter meter, MetricDefinition definition, Func<JobMeasures, double> test, Func<JobMeasures, double> validation)
    {
        IReadOnlyList<string> sets = definition.Attributes[1].Values;
        meter.CreateObservableGauge(
            definition.Name,
            () => Shown().SelectMany(job => new[] { Measure(test(job), job, sets[0]), Measure(validation(job), job, sets[1]) })
                .OfType<Measurement<double>>(),
            definition.Unit,
            definition.Help);
    }

    private void ObserveTotal(Meter meter, MetricDefinition definition, Func<JobTotals, long> read) => meter.CreateObservableCounter(
        definition.Name,
        () => Shown().Select(job => (Job: job, Totals: job.Totals())).Where(entry => entry.Totals is not null)
            .Select(entry => new Measurement<long>(read(entry.Totals!.Value), Tag(entry.Job))),
        definition.Unit,
        definition.Help);

    private static Measurement<double>? Measure(double value, JobMeasures job, string? set = null)
    {
        if (double.IsNaN(value)) return null;
        return set is null ? new Measurement<double>(value, Tag(job))
            : new Measurement<double>(value, Tag(job), KeyValuePair.Create(MetricTable.JobEvaluationLoss.Attributes[1].Name, (object?)set));
    }

    private static KeyValuePair<string, object?> Tag(JobMeasures job) => new(MetricTable.JobLoss.Attributes[0].Name, job.Id);

    private JobMeasures[] Shown()
    {
        lock (_gate) return [.. _running.Concat(_ended.Select(ended => ended.Job)).Take(MaxJobs)];
    }

    /// <summary>An exporter that looks at intervals, and so would miss how a job ended that ends between two looks.</summary>
    public sealed class IntervalReader : IDisposable
    {
        private readonly MeasuredJobs _jobs;

        internal IntervalReader(MeasuredJobs jobs) => _jobs = jobs;

        /// <summary>Looks. What had ended before has been seen then.</summary>
        /// <param name="look">Reads all metrics.</param>
        /// <returns>What <paramref name="look"/> gave.</returns>
        public bool Look(Func<bool> look)
        {
            ArgumentNullException.ThrowIfNull(look);
            List<HashSet<IntervalReader>> waiting;
            lock (_jobs._gate) waiting = [.. _jobs._ended.Select(ended => ended.For)];
            bool isDone = look();
            Forget(waiting);
            return isDone;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (_jobs._gate) _jobs._readers.Remove(this);
            Forget(_jobs._ended.Select(ended => ended.For));
        }

        private void Forget(IEnumerable<HashSet<IntervalReader>> waiting)
        {
            lock (_jobs._gate)
            {
                foreach (HashSet<IntervalReader> readers in waiting) readers.Remove(this);
                _jobs._ended.RemoveAll(ended => ended.For.Count == 0);
            }
        }
    }
}
