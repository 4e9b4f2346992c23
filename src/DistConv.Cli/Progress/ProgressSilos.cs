using DistConv.Cli.Output;
using DistConv.Training.Shards;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Cli.Progress;

/// <summary>A line for each process that computes, so that the one which holds up the others is seen.</summary>
internal static class ProgressSilos
{
    private const double SlowFactor = 1.5;
    private const int MinBar = 4;
    private const int MaxBar = 40;

    /// <summary>The lines: all, or the slowest ones and how many more there are.</summary>
    /// <param name="silos">Who computes.</param>
    /// <param name="maxLines">Lines that there is room for.</param>
    /// <param name="viewport">The terminal.</param>
    public static IEnumerable<StyledLine> Lines(IReadOnlyList<SiloStatus> silos, int maxLines, Viewport viewport)
    {
        if (maxLines < 1 || silos.Count == 0) return [];
        bool all = silos.Count <= maxLines;
        SiloStatus[] shown = all ? [.. silos] : [.. silos.OrderByDescending(silo => silo.ComputeMilliseconds).Take(maxLines - 1)];
        IEnumerable<StyledLine> lines = Table(shown, silos, viewport);
        if (all) return lines;
        int more = silos.Count - shown.Length;
        string what = shown.Length == 0 ? Format.Plural(more, "silo") : $"{viewport.Ellipsis} and {more} more, faster";
        return lines.Append(new StyledLine().Add(what, Ink.Dim).Clip(viewport.Width, viewport.Ellipsis));
    }

    /// <summary>"0-3,6": numbers as ranges.</summary>
    public static string Ranges(IEnumerable<int> numbers) => ShardRanges.Format(numbers, ",");

    private static IEnumerable<StyledLine> Table(SiloStatus[] shown, IReadOnlyList<SiloStatus> silos, Viewport viewport)
    {
        bool measured = silos.Any(silo => silo.ComputeMilliseconds > 0);
        string[][] columns =
        [
            Column(shown, silo => $"silo {silo.Silo}"),
            Column(shown, Shards),
            Column(shown, silo => measured ? $"{silo.ComputeMilliseconds:F1} ms" : "", right: true),
            Column(shown, silo => silo.ProcessId > 0 ? $"pid {silo.ProcessId}" : ""),
            Column(shown, silo => silo.Threads > 0 ? Format.Plural(silo.Threads, "thread") : ""),
        ];
        int[] order = [0, 3, 1, 4, 2]; // As they are shown; columns are listed in the order of their use.
        int used = 0;
        HashSet<int> fitting = [.. Enumerable.Range(0, columns.Length).Where(column => Fits(columns[column], viewport.Width, ref used))];
        int bar = Math.Min(viewport.Width - used - 2, MaxBar);
        double slowest = silos.Max(silo => silo.ComputeMilliseconds), median = Median([.. silos.Select(silo => silo.ComputeMilliseconds)]);
        for (int i = 0; i < shown.Length; i++)
        {
            bool slow = silos.Count > 1 && shown[i].ComputeMilliseconds > SlowFactor * median;
            StyledLine line = new();
            foreach (int column in order.Where(column => fitting.Contains(column) && columns[column][i].Length > 0))
            {
                line.Add(line.Width > 0 ? "  " : "").Add(columns[column][i], column == 2 ? slow ? Ink.Caution : Ink.Plain : Ink.Dim);
            }

            if (bar >= MinBar && slowest > 0 && silos.Count > 1) AddBar(line, shown[i].ComputeMilliseconds / slowest, bar, slow, viewport);
            yield return line.Clip(viewport.Width, viewport.Ellipsis);
        }
    }

    private static void AddBar(StyledLine line, double share, int width, bool slow, Viewport viewport)
    {
        const string mark = " slow";
        bool marked = slow && width >= MinBar + mark.Length; // Also where there are no colours.
        line.Add("  ").Add(viewport.Bar(share, width - mark.Length * (width >= MinBar + mark.Length ? 1 : 0)).Done, slow ? Ink.Caution : Ink.Good);
        if (marked) line.Add(mark, Ink.Caution);
    }

    private static string[] Column(SiloStatus[] silos, Func<SiloStatus, string> cell, bool right = false)
    {
        string[] cells = [.. silos.Select(cell)];
        int width = cells.Length == 0 ? 0 : cells.Max(text => text.Length);
        return [.. cells.Select(text => right ? text.PadLeft(width) : text.PadRight(width))];
    }

    private static bool Fits(string[] cells, int width, ref int used)
    {
        int needed = cells.Length == 0 ? 0 : StyledLine.WidthOf(cells[0]);
        if (needed == 0) return false;
        if (used > 0) needed += 2;
        if (used > 0 && used + needed > width) return false;
        used += needed;
        return true;
    }

    private static string Shards(SiloStatus silo)
    {
        const int longest = 16;
        string ranges = Ranges(silo.Shards);
        return ranges.Length == 0 ? "no shards" : ranges.Length <= longest ? $"shards {ranges}" : Format.Plural(silo.Shards.Count, "shard");
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[(values.Length - 1) / 2];
    }
}
