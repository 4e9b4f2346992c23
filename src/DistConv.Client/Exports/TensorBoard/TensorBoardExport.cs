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
    public Task WriteAsync(RecordTable table, CancellationToken ct) => WriteAsync(RecordEntries.Of(table).ToAsyncEnumerable(), isGrowing: false, ct);

    /// <summary>Writes a record that grows. Each entry is in the files as soon as it is known.</summary>
    /// <param name="record">The record, each step once.</param>
    /// <param name="ct">Stops the writing; the files stay.</param>
    /// <exception cref="InvalidInputException">There is no such job, or the folder cannot be used.</exception>
    public Task FollowAsync(IAsyncEnumerable<JobRecord> record, CancellationToken ct) => WriteAsync(record, isGrowing: true, ct);

    private async Task WriteAsync(IAsyncEnumerable<JobRecord> record, bool isGrowing, CancellationToken ct)
    {
        if (File.Exists(directory)) throw new InvalidInputException($"cannot write event files into '{directory}': it is a file; name a folder");
        using TensorBoardRuns runs = new(directory, job, TextExport.LayersOf(await jobs.ReadSpecificationAsync(job, ct)), isGrowing);
        KernelSummaries kernels = new(jobs, job, runs);
        await foreach (JobRecord entry in record.WithCancellation(ct))
        {
            runs.Write(entry);
            if (!isGrowing) continue;
            if (entry is EventRecord { Event: { Kind: JobEventKind.Snapshot, Step: var step } } && !kernels.Has(step)) await kernels.WriteNewAsync(ct);
            runs.Flush();
        }

        await kernels.WriteNewAsync(ct);
        runs.Publish();
    }
}
