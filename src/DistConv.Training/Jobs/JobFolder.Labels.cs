using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Jobs;

/// <content>What people write on the job.</content>
public sealed partial class JobFolder
{
    private const int KeptLabelFiles = 3;

    /// <summary>The tags and the note that were written last.</summary>
    /// <returns><see cref="JobLabels.None"/> before the first.</returns>
    public JobLabels ReadLabels() => ReadLast("labels", StoreJsonContext.Default.JobLabels) ?? JobLabels.None;

    /// <summary>Writes tags and note, whoever trains the job: no claim is needed. Of two that write at once, the later one counts.</summary>
    /// <param name="labels">All of them; what was there before is replaced.</param>
    /// <exception cref="Core.InvalidInputException">A tag or the note cannot be stored.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteLabels(JobLabels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        byte[] json = JobJson.Write(labels.Checked(), StoreJsonContext.Default.JobLabels);
        while (true)
        {
            List<(string Path, long Number, long)> files = StoreNames.Numbered(Path, "labels", ".json");
            long number = files.Count == 0 ? 1 : files[^1].Number + 1;
            string target = In(StoreNames.Labels(number));
            try
            {
                StoreDisk.Write(Path, "the job's labels", () => AtomicFile.Publish(target, durable: true, stream => stream.Write(json)));
            }
            catch (IOException) when (StoreNames.Numbered(Path, "labels", ".json") is [.., (_, long last, _)] && last >= number)
            {
                continue; // Another writer took the number first; its file may have been replaced since.
            }

            foreach ((string path, _, _) in files.SkipLast(KeptLabelFiles - 1)) AtomicFile.TryDelete(path);
            return;
        }
    }
}
