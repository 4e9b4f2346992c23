using System.Globalization;
using System.Text.Json;
using DistConv.Training.Jobs;

namespace DistConv.Chaos.Harness;

/// <summary>A job of a cluster, as its folder in the store shows it.</summary>
internal sealed class ClusterJob(JobFolder folder, JobRecipe recipe, long steps, long snapshotEvery) : IAsyncDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Its folder.</summary>
    public JobFolder Folder => folder;

    /// <summary>Its id.</summary>
    public string Id => folder.Id;

    /// <summary>What is trained.</summary>
    public JobRecipe Recipe => recipe;

    /// <summary>Its length.</summary>
    public long Steps => steps;

    /// <summary>Its log as it grows.</summary>
    public StepObserver Observer { get; } = new(folder, snapshotEvery);

    /// <summary>Its state as it was last written.</summary>
    public JobStatusRecord? Status => folder.ReadStatus();

    /// <summary>The process that coordinates it, or did so last: the first line of the newest claim says it.</summary>
    /// <returns>0 when the claim has no line yet.</returns>
    public int CoordinatorProcess()
    {
        string? newest = Directory.EnumerateFiles(folder.Path, "claim-*")
            .MaxBy(path => long.Parse(Path.GetFileName(path)["claim-".Length..], CultureInfo.InvariantCulture));
        if (newest is null) return 0;
        using StreamReader reader = new(new FileStream(newest, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            using JsonDocument owner = JsonDocument.Parse(reader.ReadLine() ?? "");
            return owner.RootElement.GetProperty("pid").GetInt32();
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>Waits for a state.</summary>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public async Task<JobStatusRecord> UntilAsync(Func<JobStatusRecord, bool> isThere, TimeSpan limit, CancellationToken token)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(token);
        either.CancelAfter(limit);
        while (true)
        {
            JobStatusRecord? status = Status;
            if (status is not null && isThere(status)) return status;
            await Task.Delay(_interval, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            token.ThrowIfCancellationRequested();
            if (either.IsCancellationRequested)
                throw new TimeoutException(
                    $"job '{Id}' is {status?.State} at step {Observer.Highest + 1} after {limit.TotalSeconds} "
                        + $"s{(status?.Message is { } why ? $": {why}" : "")}");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Observer.DisposeAsync();
}
