using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Client.Datasets;
using DistConv.Core;
using DistConv.Core.Augmentations;
using DistConv.Images.Drawing;
using DistConv.Images.Folders;
using DistConv.Training.Data;

namespace DistConv.Cli.Commands.Data;

/// <summary><c>distconv data show</c>: class counts, and a picture of many samples.</summary>
internal static class DataShowCommand
{
    private const int DefaultSamples = 200;
    private const int MaxColumns = 20;

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "show",
            "Write a contact sheet of a data set as a PNG, and print its class counts.",
            "distconv data show digits",
            "distconv data show mnist --data-dir DIR --out mnist.png",
            "distconv data show cifar10",
            "distconv data show images:DIR --image-size 32x32",
            "distconv data show cifar10 --augment flip,crop --out varied.png");
        Argument<string> name = new("NAME") { Description = "A data set, as 'distconv data list' shows it." };
        DataOptionSet data = new();
        ImageOptionSet images = new();
        IdxOptionSet idx = new();
        Option<string?> file = CommonOptions.Text("--out", "FILE.png", "The picture [default: NAME.png in the current folder].");
        Option<int?> samples =
            NumberOption.Whole("--samples", "N", $"How many training samples it shows, as many of each class [default: {DefaultSamples}].", 1, 100_000);
        Option<string?> augment = CommonOptions.Text(
            "--augment", "LIST", "Show fewer samples, each as it is and as training with this '--augment' varies it in the first epochs.");
        Option<ulong?> seed = NumberOption.Whole("--seed", "N", "With --augment: the job's seed [default: 1].", 0UL, ulong.MaxValue);
        Option<bool> json = CommonOptions.Json();
        command.Add(name);
        data.AddTo(command);
        images.AddTo(command);
        idx.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[file, samples, augment, seed, json]) command.Add(option);
        command.SetAction(async (parsed, _) =>
        {
            string given = parsed.GetRequiredValue(name);
            IReadOnlyList<AugmentationSpec>? augmentation = AugmentationText.Parse(parsed.GetValue(augment));
            if (augmentation is null && parsed.GetValue(seed) is not null)
                throw new InvalidInputException("--seed is for --augment; give --augment LIST, or leave it out");
            (DataSource source, string? folder) =
                await DataLocator.OpenAsync(
                    TrainingData.Parse(given, images.Read(parsed, given), idx.Read(parsed, given)), data.Read(parsed, context), context.Stop);
            bool isPictures = given.StartsWith(ImageFolderOptions.PathPrefix, StringComparison.Ordinal);
            string path = parsed.GetValue(file) ?? $"{(isPictures ? Path.GetFileName(folder) : Path.GetFileName(Format.DataName(source.Name)))}.png";
            SheetReport sheet = augmentation is null
                ? WriteSheet(source, path, parsed.GetValue(samples) ?? DefaultSamples)
                : AugmentationSheet.Write(source, path, augmentation, parsed.GetValue(seed) ?? 1, parsed.GetValue(samples));
            return Run(source, sheet, AugmentationText.Format(augmentation), parsed.GetValue(json), context.Output);
        });
        return command;
    }

    private static SheetReport WriteSheet(DataSource data, string path, int samples)
    {
        int classes = data.Train.Labels == LabelKind.Class ? data.Train.ClassCount : 1; // Samples with targets are drawn in their order.
        int perClass = Math.Max(1, (samples + classes - 1) / classes);
        int columns = Math.Min(perClass, MaxColumns);
        int shown = ContactSheet.Write(path, data.Train, columns, rowsPerClass: (perClass + columns - 1) / columns);
        return new SheetReport(path, shown, data.Train.Labels == LabelKind.Class ? ", a class after the other" : "");
    }

    private static int Run(DataSource data, SheetReport sheet, string? augmentation, bool json, IConsoleOutput output)
    {
        if (json)
        {
            JsonLine.Write(output, new JsonObject
            {
                ["name"] = data.Name,
                ["fingerprint"] = data.Fingerprint,
                ["shape"] = data.Train.Shape.ToString(),
                ["labels"] = data.Train.Labels.ToString().ToLowerInvariant(),
                ["classes"] = data.Train.ClassCount,
                ["classNames"] = data.ClassNames is { } names ? JsonLine.Array(names, name => name) : null,
                ["train"] = data.Train.Count - data.ValidationCount,
                ["validation"] = data.ValidationCount,
                ["test"] = data.Test.Count,
                ["trainClassCounts"] = JsonLine.Array(TrainCounts(data), count => count),
                ["validationClassCounts"] = JsonLine.Array(ValidationCounts(data), count => count),
                ["testClassCounts"] = JsonLine.Array(data.Test.ClassCounts(), count => count),
                ["augmentation"] = augmentation,
                ["contactSheet"] = Path.GetFullPath(sheet.Path),
                ["shown"] = sheet.Shown,
            });
            return ExitCodes.Done;
        }

        output.Result($"{data.Name}: images {data.Train.Shape}, {data.Train.LabelText()}, {data.Fingerprint}");
        output.Result(ClassTable(data));
        output.Result($"contact sheet: {sheet.Path} ({Format.Plural(sheet.Shown, "sample")}{sheet.Arrangement})");
        return ExitCodes.Done;
    }

    private static int[] TrainCounts(DataSource data) => data.Train.ClassCounts(0, data.Train.Count - data.ValidationCount);

    private static int[] ValidationCounts(DataSource data) => data.Train.ClassCounts(data.Train.Count - data.ValidationCount, data.ValidationCount);

    private static TextTable ClassTable(DataSource data)
    {
        bool hasValidation = data.ValidationCount > 0;
        string[] validationHeading = hasValidation ? [" VALIDATION"] : [];
        TextTable table = new([data.Train.Labels == LabelKind.Several ? "LABEL" : "CLASS", " TRAINING", .. validationHeading, " HELD-OUT"]);
        int[] train = TrainCounts(data), validation = ValidationCounts(data), test = data.Test.ClassCounts();
        for (int label = 0; label < train.Length; label++)
        {
            string[] validated = hasValidation ? [Format.Count(validation[label])] : [];
            string name = data.ClassNames is { } names && names[label] != $"{label}" ? $"{label} {names[label]}" : $"{label}";
            table.Add([name, Format.Count(train[label]), .. validated, label < test.Length ? Format.Count(test[label]) : "0"]);
        }

        string[] all = hasValidation ? [Format.Count(data.ValidationCount)] : [];
        table.Add(["all", Format.Count(data.Train.Count - data.ValidationCount), .. all, Format.Count(data.Test.Count)]);
        return table;
    }
}
