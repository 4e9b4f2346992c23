using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Training.Records;

namespace DistConv.Client.Exports.TensorBoard;

/// <summary>A job's record as event files of TensorBoard, with pictures of its kernels and histograms of its weights.</summary>
/// <param name="jobs">Where the job is.</param>
/// <param name="job">The job.</param>
/// <param name="directory">The folder; see <see cref="TensorBoardRuns"/>. Files of an earlier export of the job are replaced.</param>
internal sealed class TensorBoardExport(IJobSource jobs, string job, string directory)
{
    /// <summary>Writes a record that has been read. The files appear when all of them are whole.</summary>
    /// <param name="table">The record.</param>
    /// <param name="ct">Stops the writing.</param>
    /// <exception cref="InvalidInputException">There is no such job, or the folder cannot be used.</exception>
    public async Task WriteAsync(RecordTable table, CancellationToken ct)
    {
        using TensorBoardRuns runs = await OpenAsync(isGrowing: false, ct);
        KernelSummaries kernels = new(jobs, job, runs);
        Task<IReadOnlyList<KernelSummary>> drawn = Task.Run(() => kernels.ReadNewAsync(ct), ct);
        await Task.WhenAll(drawn, Task.Run(() => Write(table, runs, ct), ct));
        foreach (KernelSummary kept in await drawn) kernels.Write(kept);
        runs.Publish();
    }

    /// <summary>Writes a record that grows. Each entry is in the files as soon as it is known.</summary>
    /// <param name="record">The record, each step once.</param>
    /// <param name="ct">Stops the writing; the files stay.</param>
    /// <exception cref="InvalidInputException">There is no such job, or the folder cannot be used.</exception>
    public async Task FollowAsync(IAsyncEnumerable<JobRecord> record, CancellationToken ct)
    {
        using TensorBoardRuns runs = await OpenAsync(isGrowing: true, ct);
        KernelSummaries kernels = new(jobs, job, runs);
        await foreach (JobRecord entry in record.WithCancellation(ct))
        {
            runs.Write(entry);
            if (entry is EventRecord { Event: { Kind: JobEventKind.Snapshot, Step: var step } } && !kernels.Has(step)) await kernels.WriteNewAsync(ct);
            runs.Flush();
        }

        await kernels.WriteNewAsync(ct);
        runs.Publish();
    }

    private static void Write(RecordTable table, TensorBoardRuns runs, CancellationToken ct)
    {
        foreach (JobRecord entry in RecordEntries.Of(table))
        {
            ct.ThrowIfCancellationRequested();
            runs.Write(entry);
        }
    }

    private async Task<TensorBoardRuns> OpenAsync(bool isGrowing, CancellationToken ct)
    {
        if (File.Exists(directory)) throw new InvalidInputException($"cannot write event files into '{directory}': it is a file; name a folder");
        return new TensorBoardRuns(directory, job, ExportedJob.Of(await jobs.ReadSpecificationAsync(job, ct)), isGrowing);
    }
}
