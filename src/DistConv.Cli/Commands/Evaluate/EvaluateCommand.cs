using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Images.Evaluations;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Data.Idx;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Cli.Commands.Evaluate;

/// <summary><c>distconv evaluate</c>: held-out loss and accuracy of a snapshot, class by class, and pictures of its mistakes.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "evaluate",
            "Measure a snapshot on the held-out samples of its data set, or on another data set: loss, accuracy, confusion matrix, and precision, recall and "
                + "F1 of each class. The classes of another data set are found by their names; of images:DIR the test split, or all of it if there is none.",
            "distconv evaluate JOB",
            "distconv evaluate JOB --data images:DIR",
            "distconv evaluate JOB --mistakes mistakes.png --confusion confusion.png",
            "distconv evaluate FILE.dcs --data-dir DIR --json");
        Argument<string> target = new("SNAPSHOT|JOB") { Description = SnapshotTarget.ModelDescription };
        Option<string?> store = CommonOptions.Store();
        Option<string?> other = CommonOptions.Text("--data", "NAME", "Another data set to measure on, as train takes it [default: the snapshot's own].");
        Option<string?> unreadable = ImageOptionSet.Unreadable();
        IdxOptionSet idx = new();
        DataOptionSet data = new();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Option<string?> mistakes = CommonOptions.Text("--mistakes", "FILE.png", "Draw the wrongly classified held-out samples with the highest loss.");
        Option<string?> confusion = CommonOptions.Text("--confusion", "FILE.png", "Draw the confusion matrix.");
        command.Add(other);
        command.Add(unreadable);
        idx.AddTo(command);
        data.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[mistakes, confusion, threads, store, json]) command.Add(option);
        command.Add(target);
        command.SetAction((parsed, _) =>
        {
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            Pictures pictures = new(parsed.GetValue(mistakes), parsed.GetValue(confusion));
            string? name = parsed.GetValue(other);
            if (name is null && parsed.GetValue(unreadable) is not null) throw new InvalidInputException(
                $"{unreadable.Name} is for pictures of {other.Name} images:DIR; the snapshot's own data is decoded as it was for training");
            bool skips = ImageFolderOptions.ParseUnreadable(unreadable.Name, parsed.GetValue(unreadable));
            IdxOptions transposition = idx.Read(parsed, name ?? "");
            TrainingData? another = name is null ? null : TrainingData.Parse(name, new ImageFolderOptions { SkipsUnreadable = skips }, transposition);
            return RunAsync(found, another, data.Read(parsed, context), parsed.ReadThreads(threads), pictures, parsed.GetValue(json), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        SnapshotTarget target, TrainingData? another, DataOptions folders, int threads, Pictures pictures, bool json, CliContext context)
    {
        KernelSet kernel = KernelSets.Select();
        (string path, Snapshot snapshot) = target.ReadModel(context.Output);
        if (snapshot.Content != SnapshotContent.Full)
            throw new InvalidInputException($"snapshot '{path}' holds kernels only; name a snapshot of the whole network (step-…)");
        (DataSource data, JobSpec spec) = another is null
            ? await EvaluationData.ReopenAsync(snapshot, $"snapshot '{path}'", folders, target.Folder?.ReadOrigin(), context.Stop)
            : await EvaluationData.OpenAsync(another, snapshot, folders, context.Stop);
        if (data.Test.Labels != LabelKind.Class && pictures.Files.Any(picture => picture.File is not null))
            throw new InvalidInputException($"data '{data.Name}' has {data.Test.LabelText()}, and not one class; leave out --mistakes and --confusion");
        long start = context.Time.GetTimestamp();
        using ComputePool pool = new(threads);
        using Replica replica = new(spec, data, pool, kernel);
        replica.Restore(snapshot);
        (EvaluationResult result, SampleOutcome[] outcomes) = await replica.EvaluateSamplesAsync().WaitAsync(context.Stop);
        double seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        ConfusionMatrix? matrix = data.Test.Labels == LabelKind.Class ? new(data.Test.ClassCount, outcomes) : null;
        EvaluationReport report = new(path, snapshot, result, matrix, ClassNames.Of(snapshot.Spec, matrix?.Classes ?? data.Test.TargetCount), seconds)
        {
            Data = data.Name,
            Penalty = WeightPenalty.Of(replica.Network, replica.Weights),
        };
        Draw(pictures, report, data, outcomes);
        if (json)
        {
            JsonObject fields = report.ToJson(kernel);
            foreach ((string name, string? file) in pictures.Files) fields[name] = file is null ? null : Path.GetFullPath(file);
            JsonLine.Write(context.Output, fields);
            return ExitCodes.Done;
        }

        report.Print(context.Output);
        foreach ((string name, string? file) in pictures.Files.Where(picture => picture.File is not null)) context.Output.Result(
            $"{(name == "mistakesPicture" ? "worst mistakes" : "confusion matrix")}: {file}");
        context.Output.Hint($"distconv snapshot show {Format.ShellWord(path)}");
        return ExitCodes.Done;
    }

    private static void Draw(Pictures pictures, EvaluationReport report, DataSource data, SampleOutcome[] outcomes)
    {
        string subtitle =
            $"{report.Snapshot.Spec.ModelName} at step {report.Snapshot.Step:N0} on {Format.DataName(report.Data)}, accuracy "
                + $"{Format.Percent(report.Result.Accuracy, 2)}";
        if (pictures.Mistakes is { } mistakes) MistakesFigure.Of(data.Test, outcomes, report.Names, subtitle).Save(mistakes);
        if (pictures.Confusion is { } confusion && report.Matrix is not null) ConfusionFigure.Of(report.Matrix, report.Names, subtitle).Save(confusion);
    }

    /// <summary>Which pictures are wanted.</summary>
    private sealed record Pictures(string? Mistakes, string? Confusion)
    {
        /// <summary>What they are called, and their files.</summary>
        public IEnumerable<(string Name, string? File)> Files => [("mistakesPicture", Mistakes), ("confusionPicture", Confusion)];
    }
}
