using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Client;
using DistConv.Client.Exports;
using DistConv.Client.Exports.TensorBoard;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Training.Files;
using DistConv.Training.Records;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs metrics</c>: exports a job's record.</summary>
internal static class JobsMetricsCommand
{
    /// <summary>The formats.</summary>
    public static readonly string[] Formats = [.. TextExport.Formats, TensorBoard];

    private const string TensorBoard = "tensorboard";

    private static readonly string _choices = $"{string.Join(", ", Formats.SkipLast(1))} or {Formats[^1]}";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "metrics",
            "Export what a job's steps and epochs measured, and what happened to it: each step once, however often it was interrupted.",
            "distconv jobs metrics JOB",
            "distconv jobs metrics JOB --format jsonl --follow",
            "distconv jobs metrics JOB --format tensorboard --out DIR",
            "distconv jobs metrics JOB --out FILE.csv --cluster redis://HOST:6379");
        Argument<string> job = JobsCommand.JobArgument();
        SourceOptionSet sources = new();
        Option<string?> format = CommonOptions.Text("--format", "NAME", $"{_choices} [default: by the file's ending, or csv].");
        Option<string?> file = CommonOptions.Text(
            "--out", "FILE|DIR", "The file to write, or the log directory of TensorBoard; what exists is replaced [default: standard output].");
        Option<bool> follow = new("--follow") { Description = "Go on until the job ends." };
        command.Add(job);
        command.Add(format);
        command.Add(file);
        command.Add(follow);
        sources.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            string? path = parsed.GetValue(file);
            string name = FormatOf(parsed.GetValue(format), path);
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            return await RunAsync(source.Jobs, parsed.GetRequiredValue(job), name, path, parsed.GetValue(follow), context);
        });
        return command;
    }

    private static string FormatOf(string? format, string? path)
    {
        string named = format ?? (path is null ? TextExport.Formats[0] : Path.GetExtension(path).TrimStart('.').ToLowerInvariant());
        if (format is null && path is not null && !TextExport.Formats.Contains(named))
            throw new InvalidInputException($"--out '{path}': unrecognised file extension; name the format: --format {_choices}");
        if (!Formats.Contains(named)) throw new InvalidInputException($"--format is '{format}'; give {_choices}");
        if (named == TensorBoard && path is null)
            throw new InvalidInputException($"--format {TensorBoard} writes a folder for each run: name the folder that holds them by --out DIR");
        return named;
    }

    private static async Task<int> RunAsync(IJobSource jobs, string job, string format, string? path, bool follow, CliContext context)
    {
        ExportedJob exported = ExportedJob.Of(await jobs.ReadSpecificationAsync(job, context.Stop));
        if (follow)
        {
            await FollowAsync(jobs, job, exported, format, path, context);
        }
        else
        {
            RecordTable table = await jobs.ReadTableAsync(job, context.Stop);
            if (format == TensorBoard) await WriteEventsAsync(jobs, job, table, path!, context);
            else if (path is null) TextExport.Write(table, format, exported, context.Output.Results);
            else OutputFile.Write(path, "metrics", file => Write(table, exported, format, file));
            if (table.DamagedRows > 0) context.Output.Warn($"{table.DamagedRows} rows in the record of job '{job}' are damaged and skipped");
        }

        if (path is not null) context.Output.Say(format == TensorBoard ? $"{path}: event files; tensorboard --logdir {path}" : $"{path}: {format}");
        return ExitCodes.Done;
    }

    private static async Task WriteEventsAsync(IJobSource jobs, string job, RecordTable table, string directory, CliContext context)
    {
        if (table.Steps.Count == 0) throw new InvalidInputException($"job '{job}' has no step yet: wait for its steps with --follow");
        await new TensorBoardExport(jobs, job, directory).WriteAsync(table, context.Stop);
    }

    private static void Write(RecordTable table, ExportedJob exported, string format, Stream file)
    {
        using StreamWriter text = new(file, leaveOpen: true); // The file is flushed to the disk behind it.
        TextExport.Write(table, format, exported, text);
    }

    /// <summary>Each entry is there as soon as it is known.</summary>
    private static async Task FollowAsync(IJobSource jobs, string job, ExportedJob exported, string format, string? path, CliContext context)
    {
        IAsyncEnumerable<JobRecord> record = RecordEntries.OnceAsync(
            new RecordStream(job, jobs, context.Time).ReadAsync(default, follow: true, context.Stop), context.Stop);
        if (format == TensorBoard)
        {
            await new TensorBoardExport(jobs, job, path!).FollowAsync(record, context.Stop);
            return;
        }

        await using StreamWriter? growing = path is null ? null : Growing(path);
        TextWriter text = growing ?? context.Output.Results;
        IRecordWriter writer = TextExport.Writer(format, exported, text);
        writer.Begin();
        await foreach (JobRecord entry in record)
        {
            writer.Write(entry);
            await text.FlushAsync(context.Stop);
        }

        writer.End();
        await text.FlushAsync(context.Stop);
    }

    private static StreamWriter Growing(string path)
    {
        try
        {
            return new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot write the metrics '{path}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
