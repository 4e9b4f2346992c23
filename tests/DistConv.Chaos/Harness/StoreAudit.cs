using System.Text.Json;
using DistConv.Client.Exports;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;

namespace DistConv.Chaos.Harness;

/// <summary>What one claim logged.</summary>
/// <param name="Fence">The claim.</param>
/// <param name="First">Its first step.</param>
/// <param name="Last">Its last step.</param>
internal sealed record LogSegment(long Fence, long First, long Last);

/// <summary>Whether a job's folder is what it promises to be, whatever happened to those who wrote it.</summary>
internal static class StoreAudit
{
    /// <summary>Checks a job that has ended.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="steps">The steps that it should have.</param>
    /// <param name="quiet">The control run to the same step.</param>
    /// <returns>A line for everything that is wrong.</returns>
    public static IReadOnlyList<string> Check(JobFolder folder, long steps, QuietRun quiet)
    {
        List<string> wrong = [];
        foreach (string path in Directory.EnumerateFiles(folder.Path, "*.dcs", SearchOption.AllDirectories))
        {
            try
            {
                SnapshotFile.Verify(path, out _);
            }
            catch (InvalidInputException e)
            {
                wrong.Add(e.Message);
            }
        }

        foreach (string path in Directory.EnumerateFiles(folder.Path, "*.json").Where(path => !IsJson(File.ReadAllText(path)))) wrong.Add(
            $"'{path}' is no JSON");
        StoredSnapshot? last = folder.LatestVerified(out IReadOnlyList<string> warnings);
        wrong.AddRange(warnings);
        string? digest = last?.Snapshot.WeightsDigest();
        if (last?.Head.Step != steps) wrong.Add($"the last snapshot is of step {last?.Head.Step.ToString() ?? "none"}, not {steps}");
        if (digest != quiet.Digest) wrong.Add($"its weights are {digest}, those of the quiet run {quiet.Digest}");
        wrong.AddRange(CheckLog(folder, steps, quiet));
        return wrong;
    }

    /// <summary>What each claim logged, by ascending claim.</summary>
    public static IReadOnlyList<LogSegment> Segments(JobFolder folder) =>
    [
        .. folder.FollowRecord().ReadNew().Where(entry => entry.Step is not null).GroupBy(entry => entry.After.Fence).OrderBy(entries => entries.Key)
            .Select(entries => new LogSegment(entries.Key, entries.Min(entry => entry.Step!.Step), entries.Max(entry => entry.Step!.Step))),
    ];

    private static IEnumerable<string> CheckLog(JobFolder folder, long steps, QuietRun quiet)
    {
        RecordTable table = folder.ReadRecordTable();
        IReadOnlyList<StepEntry> log = table.Steps;
        if (table.DamagedRows > 0) yield return $"{table.DamagedRows} rows of the record are damaged";
        if (log.Count != steps || log.Where((entry, i) => entry.Step != i).Any())
        {
            long[] missing = [.. Enumerable.Range(0, checked((int)steps)).Select(step => (long)step).Except(log.Select(entry => entry.Step))];
            string which = missing.Length == 0 ? "" : $": {missing.Length} are missing, the first is {missing[0]}";
            yield return $"the merged log has {log.Count} steps instead of {steps}{which}";
        }

        foreach (string format in TextExport.Formats)
        {
            if (ExportAudit.Check(folder.Spec, table, format, steps) is { } wrong) yield return wrong;
        }

        StepEntry? other =
            log.FirstOrDefault(entry => entry.Step < quiet.LayerHashes.Count && !entry.LayerHashes.SequenceEqual(quiet.LayerHashes[(int)entry.Step]));
        if (other is not null) yield return $"step {other.Step} was computed on other weights than in the quiet run";
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
