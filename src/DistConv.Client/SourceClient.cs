using System.Runtime.CompilerServices;
using DistConv.Client.Planning;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>The client of one source of jobs.</summary>
/// <param name="source">Where jobs are; disposed with this.</param>
/// <param name="data">Where data sets are.</param>
/// <param name="time">The clock.</param>
internal sealed class SourceClient(IJobSource source, DataOptions data, TimeProvider time) : IDistConvClient
{
    /// <summary>Where jobs are.</summary>
    public IJobSource Source => source;

    /// <inheritdoc/>
    public Task<TrainingPlan> PlanAsync(TrainingRequest request, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return JobPlanner.PlanAsync(request, data, ct);
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
        return new TrainingJob(id, source, time);
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
        foreach (string id in ids)
        {
            JobView view = await source.ShowAsync(id, ct);
            jobs.Add(new ComparedJob(id, view.Spec, view.Summary, view.Epochs, view.Newest?.Snapshot.WeightsDigest()));
        }

        return new JobComparison(jobs, Differences([.. jobs.Select(job => job.Specification)]));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

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
