using System.Runtime.CompilerServices;
using DistConv.Client.Planning;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>The client of one source of jobs.</summary>
/// <param name="source">Where jobs are; disposed with this.</param>
/// <param name="data">Where data sets are.</param>
/// <param name="time">The clock.</param>
internal sealed class SourceClient(IJobSource source, DataOptions data, TimeProvider time) : IDistConvClient
{
    /// <inheritdoc/>
    public JobSourceInfo Source => new(source.Kind, source.Name);

    /// <inheritdoc/>
    public Task<TrainingPlan> PlanAsync(TrainingRequest request, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return JobPlanner.PlanAsync(request, data, ct, _ => Task.FromResult(source));
    }

    /// <inheritdoc/>
    public async Task<TrainingJob> SubmitAsync(TrainingRequest request, CancellationToken ct = default) => await SubmitAsync(await PlanAsync(request, ct), ct);

    /// <inheritdoc/>
    public async Task<TrainingJob> SubmitAsync(TrainingPlan plan, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        string id = plan.Id ?? JobStore.NewJobId(time, DataTitle.Of(plan.Specification.Data));
        await source.SubmitAsync(id, plan, ct);
        return GetJob(id);
    }

    /// <inheritdoc/>
    public TrainingJob GetJob(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new TrainingJob(id, source, data, time);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobSummary> ListAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        foreach (JobSummary job in await source.ListAsync(ct)) yield return job;
    }

    /// <inheritdoc/>
    public async Task<JobComparison> CompareAsync(IReadOnlyList<string> ids, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count < 2) throw new InvalidInputException("a comparison needs at least two jobs");
        List<ComparedJob> jobs = [];
        Dictionary<long, double>? losses = null;
        HashSet<long> different = [];
        foreach (string id in ids)
        {
            RecordTable table = await source.ReadTableAsync(id, ct);
            jobs.Add(await DescribeAsync(id, table, ct));
            losses = Common(losses, table.Steps, different);
        }

        long[] apart = [.. different.Where(losses!.ContainsKey)];
        return new JobComparison(
            jobs, Differences([.. jobs.Select(job => job.Specification)]), losses!.Count, apart.Length == 0 ? null : apart.Min());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<ComparedJob> DescribeAsync(string id, RecordTable table, CancellationToken ct)
    {
        JobDescription description = await source.DescribeAsync(id, ct);
        JobStatus status = await source.GetStatusAsync(id, ct);
        IReadOnlyList<EpochMetrics> epochs = table.Epochs.Count > status.Epochs.Count ? table.Epochs : status.Epochs;
        string? digest = status.WeightsDigest;
        if (digest is null && status.State is not (JobState.Queued or JobState.Running)) // A build that did not note it, or a process that was killed.
            digest = (await source.ShowAsync(id, ct)).Newest?.Snapshot.WeightsDigest();
        return new ComparedJob(
            id, description.Specification, description.Summary with { State = status.State, Step = status.Step }, epochs, digest,
            table.Steps.Count == 0 ? null : table.Steps[^1]);
    }

    /// <summary>The losses of the steps that these jobs and those before have; steps with another loss are noted.</summary>
    private static Dictionary<long, double> Common(Dictionary<long, double>? losses, IReadOnlyList<StepEntry> steps, HashSet<long> different)
    {
        if (losses is null) return steps.ToDictionary(step => step.Step, step => step.Loss);
        Dictionary<long, double> common = [];
        foreach (StepEntry step in steps)
        {
            if (!losses.TryGetValue(step.Step, out double loss)) continue;
            common.Add(step.Step, loss);
            if (!loss.Equals(step.Loss)) different.Add(step.Step);
        }

        return common;
    }

    private static List<SettingComparison> Differences(JobSpec[] specs)
    {
        // Every specification beside the first: a setting that is in no pair is the same in all.
        IReadOnlyList<SpecDifference>[] pairs = [.. specs.Select(spec => specs[0].DifferencesTo(spec))];
        string[] settings = [.. pairs.SelectMany(pair => pair).Select(difference => difference.Field).Distinct()];
        return [.. settings.Select(setting =>
        {
            string first = pairs.SelectMany(pair => pair).First(difference => difference.Field == setting).First;
            return new SettingComparison(setting, [.. pairs.Select(pair => pair.FirstOrDefault(difference => difference.Field == setting)?.Second ?? first)]);
        })];
    }
}
