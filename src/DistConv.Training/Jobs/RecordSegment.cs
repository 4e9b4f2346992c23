namespace DistConv.Training.Jobs;

/// <summary>A file of a job's record: what one run wrote under one claim.</summary>
/// <param name="Path">The file.</param>
/// <param name="Fence">The claim.</param>
/// <param name="Number">Its number under that claim, from 1.</param>
/// <param name="IsLegacy">Whether it is JSON lines, as earlier builds wrote them.</param>
internal sealed record RecordSegment(string Path, long Fence, long Number, bool IsLegacy)
{
    /// <summary>The segments of a job, in the order in which they were begun.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <returns>A list that may be empty.</returns>
    public static List<RecordSegment> List(string folder) =>
    [
        .. Of(folder, "log", ".jsonl", isLegacy: true).Concat(Of(folder, "record", ".dcr", isLegacy: false))
            .OrderBy(segment => segment.Fence).ThenBy(segment => segment.Number),
    ];

    private static IEnumerable<RecordSegment> Of(string folder, string prefix, string ending, bool isLegacy) =>
        StoreNames.Numbered(folder, prefix, ending).Select(file => new RecordSegment(file.Path, file.First, file.Second, isLegacy));
}
