using System.Text;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Client.Series;
using DistConv.Training.Files;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Cli.Series;

/// <summary>Says what each job of a series came to, and at the end what all of them did.</summary>
internal sealed class SeriesEnding(CliContext context, SeriesPlan plan, SeriesRun run)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SeriesEntry> _entries = new(StringComparer.Ordinal);

    private bool IsOverSeedsAlone => plan.Columns is [SeriesPlan.SeedColumn];

    /// <summary>A job has ended: its result in a line.</summary>
    public async Task AddAsync(SeriesResult result, NamedSource source)
    {
        RunReport? report = null;
        if (result.Status is { } status)
        {
            report = (await source.Jobs.ShowAsync(result.Job.Id, CancellationToken.None)).ToReport(status);
            report = await SeriesTarget.FillAsync(run, report, result.WasDone, source, context.Output);
        }

        SeriesMember member = plan.Members.Single(member => member.Job == result.Job);
        SeriesEntry entry = new(member, report) { WasDone = result.WasDone, Message = result.Message };
        lock (_gate)
        {
            _entries[entry.Id] = entry;
            string line = SeriesText.Line(entry);
            if (run.Run.Json) context.Output.Say(line);
            else context.Output.Result(line);
        }
    }

    /// <summary>All have ended, or the series was stopped.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public int Finish(IReadOnlyList<SeriesResult?> results)
    {
        SeriesEntry[] entries = [.. plan.Jobs.Where(job => _entries.ContainsKey(job.Id)).Select(job => _entries[job.Id])];
        SeriesEntry[] done = [.. entries.Where(entry => entry.IsDone)], failed = [.. entries.Where(entry => entry.HasFailed)];
        string[] open = [.. plan.Jobs.Select(job => job.Id).Except([.. done.Select(entry => entry.Id), .. failed.Select(entry => entry.Id)])];
        SeriesTable table = new(plan, done);
        if (run.Csv is { } csv) OutputFile.Write(csv, "table", stream => stream.Write(Encoding.UTF8.GetBytes(table.ToCsv())));
        if (run.Run.Json) JsonLine.Write(context.Output, ToJson(entries, failed, open, table));
        else if (done.Length > 0) Print(done, table);
        if (failed.Length > 0) context.Output.Error($"{failed.Length} of {plan.Jobs.Count} jobs failed: {string.Join(", ", failed.Select(entry => entry.Id))}");
        if (open.Length > 0) context.Output.Say($"{open.Length} of {plan.Jobs.Count} jobs are not done; go on with the same command: {run.Command}");
        return context.Stop.IsCancellationRequested && open.Length > 0 ? ExitCodes.Interrupted : failed.Length > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private void Print(SeriesEntry[] done, SeriesTable table)
    {
        if (IsOverSeedsAlone) context.Output.Result(Summary(done, table.Figures));
        else context.Output.Result(table.ToText());
        context.Output.Result(Explanation(done[0].Report!.Spec, table));
        if (run.Csv is { } csv) context.Output.Result($"table: {csv}");
    }

    /// <summary>Mean, standard deviation, best and worst of each figure.</summary>
    private static TextTable Summary(SeriesEntry[] done, IReadOnlyList<SeriesFigure> figures)
    {
        TextTable table = new("FIGURE", " MEAN", " SD", " BEST", "JOB", " WORST", "JOB");
        foreach (SeriesFigure figure in figures)
        {
            if (SeriesTable.Statistics(figure, done) is not { } found) continue;
            (SeriesEntry best, SeriesEntry worst) = Ends(figure, done);
            table.Add(
                figure.Name, SeriesText.Value(figure, found.Mean), SeriesText.Value(figure, found.StandardDeviation),
                SeriesText.Value(figure, best.ValueOf(figure)), best.Id, SeriesText.Value(figure, worst.ValueOf(figure)), worst.Id);
        }

        return table;
    }

    private string Explanation(JobSpec spec, SeriesTable table)
    {
        bool isValidated = spec.ValidationSamples > 0;
        string when = isValidated ? $"after the epoch with the lowest {EarlyStopping.Metric(spec)}" : "after the last epoch";
        string line = $"figures of held-out samples {when}";
        if (IsOverSeedsAlone || table.HasGroups) line += "; SD: standard deviation with n - 1";
        if (IsOverSeedsAlone || table.Figures.Count == 0) return line;
        return $"{line}; " + (isValidated ? $"the {table.Figures[0].Name} decides the order"
            : "they decide the order, so the first row looks better than it is (--validation-split)");
    }

    private static (SeriesEntry Best, SeriesEntry Worst) Ends(SeriesFigure figure, SeriesEntry[] done)
    {
        SeriesEntry[] ordered = [.. done.Where(entry => entry.ValueOf(figure) is not null).OrderBy(entry => entry.ValueOf(figure))];
        return figure.IsHigherBetter ? (ordered[^1], ordered[0]) : (ordered[0], ordered[^1]);
    }

    private JsonObject ToJson(SeriesEntry[] entries, SeriesEntry[] failed, string[] open, SeriesTable table)
    {
        SeriesEntry[] done = [.. entries.Where(entry => entry.IsDone)];
        JsonObject figures = [];
        foreach (SeriesFigure figure in IsOverSeedsAlone ? table.Figures : [])
        {
            if (SeriesTable.ToJson(SeriesTable.Statistics(figure, done)) is not { } json) continue;
            (SeriesEntry best, SeriesEntry worst) = Ends(figure, done);
            (json["best"], json["bestJob"]) = (JsonLine.Number(best.ValueOf(figure)), best.Id);
            (json["worst"], json["worstJob"]) = (JsonLine.Number(worst.ValueOf(figure)), worst.Id);
            figures[figure.Key] = json;
        }

        JsonObject all = new() { ["series"] = plan.Name, ["varied"] = JsonLine.Array(plan.Columns, column => column) };
        if (IsOverSeedsAlone) all["figures"] = figures;
        else all["table"] = table.ToJson();
        all["jobs"] = JsonLine.Array(entries, ToJson);
        all["failed"] = JsonLine.Array(failed, entry => entry.Id);
        all["notDone"] = JsonLine.Array(open, id => id);
        return all;
    }

    private JsonObject ToJson(SeriesEntry entry)
    {
        JsonObject json = entry.Report?.ToJson() ?? new JsonObject { ["job"] = entry.Id, ["status"] = "failed" };
        json["message"] = entry.Message;
        json["doneBefore"] = entry.WasDone;
        JsonObject varied = [];
        foreach ((string column, string value) in plan.Columns.Zip(entry.Member.Values)) varied[column] = value;
        json["varied"] = varied;
        return json;
    }
}
