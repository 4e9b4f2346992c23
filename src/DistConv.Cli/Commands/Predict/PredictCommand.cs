using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Images.Decoding;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Predict;

/// <summary><c>distconv predict</c>: what a trained network takes pictures for.</summary>
internal static class PredictCommand
{
    private const int DefaultTop = 3;

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "predict",
            "Classify pictures: PNG, JPEG, WebP, BMP or GIF of any size and colour, brought to the model's size and colours. A picture that has them "
                + "already is taken as it is, byte by byte.",
            "distconv predict JOB three.png",
            "distconv predict JOB photos --fit crop --invert --top 1 --json",
            "distconv predict FILE.dcs - 2> warnings.txt");
        Argument<string> target = new("SNAPSHOT|JOB") { Description = SnapshotTarget.ModelDescription };
        Argument<string[]> images = new(
            "IMAGE")
        { Description = "Files, folders with all that is in them, or -: paths on standard input, one a line.", Arity = ArgumentArity.OneOrMore };
        Option<string?> store = CommonOptions.Store();
        Option<int?> top = NumberOption.Whole("--top", "K", $"How many classes of each picture, the most probable first [default: {DefaultTop}].", 1, 1000);
        Option<bool> invert =
            new("--invert") { Description = "Make light dark and dark light: for dark writing on paper, and a model that was trained on light on black." };
        Option<string?> fit =
            CommonOptions.Text("--fit", "FIT", $"Other proportions than the model's: {string.Join(", ", PictureOptions.FitNames)} [default: stretch].");
        Option<string?> background =
            CommonOptions.Text("--background", "COLOUR", "What transparent pixels and --fit pad show: white, black or RRGGBB [default: white].");
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        command.Add(target);
        command.Add(images);
        foreach (Option option in (ReadOnlySpan<Option>)[top, invert, fit, background, threads, store, json]) command.Add(option);
        command.SetAction(parsed =>
        {
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            PictureOptions options = new(
                PictureOptions.ParseFit("--fit", parsed.GetValue(fit)), parsed.GetValue(invert))
            { Background = ParseBackground(parsed.GetValue(background)) };
            IEnumerable<string> paths = ImagePaths.Of(parsed.GetRequiredValue(images), context.Input);
            return Run(found, paths, options, parsed.GetValue(top) ?? DefaultTop, parsed.ReadThreads(threads), parsed.GetValue(json), context);
        });
        return command;
    }

    private static int Run(SnapshotTarget target, IEnumerable<string> paths, PictureOptions options, int top, int threads, bool json, CliContext context)
    {
        (string path, Snapshot snapshot) = target.ReadModel(context.Output);
        using TrainedModel model = TrainedModel.Open(snapshot, path, options);
        model.EnsureTakesPictures();
        LightBorders borders = new(snapshot.Spec.Data, options);
        JsonArray answers = [], failures = [];
        int answered = 0, failed = 0;
        foreach (ClassifiedPicture picture in new Classifier(model).Classify(paths, threads, context.Stop))
        {
            if (picture.Prediction is not { } prediction)
            {
                failed++;
                context.Output.Warn(picture.Error!);
                if (json) failures.Add(new JsonObject { ["file"] = picture.Path, ["error"] = picture.Error });
                continue;
            }

            answered++;
            borders.Count(picture);
            if (json) answers.Add(ToJson(picture.Path, prediction, top));
            else context.Output.Result($"{picture.Path}  {Text(prediction, top)}");
        }

        if (answered + failed == 0) throw new InvalidInputException("there is no picture to classify: standard input named none");
        if (borders.Advice is { } advice) context.Output.Say(advice);
        if (json)
        {
            JsonLine.Write(context.Output, new JsonObject
            {
                ["snapshot"] = path,
                ["step"] = snapshot.Step,
                ["model"] = snapshot.Spec.ModelName,
                ["weightsDigest"] = snapshot.WeightsDigest(),
                ["pictures"] = answers,
                ["unreadable"] = failures,
            });
        }

        return failed > 0 ? ExitCodes.InvalidInput : ExitCodes.Done;
    }

    private static string Text(Prediction prediction, int top) => prediction.OutputKind == OutputKind.Values
        ? string.Join(", ", prediction.Outputs.Select(value => $"{value:G6}"))
        : string.Join(", ", prediction.Ranking.Take(top).Select(score => $"{score.Name} {Format.Percent(score.Probability, 2)}"));

    private static JsonObject ToJson(string file, Prediction prediction, int top) => prediction.OutputKind == OutputKind.Values ? new()
    {
        ["file"] = file,
        ["values"] = JsonLine.Array(prediction.Outputs, value => JsonLine.Number(value)),
    }
    : new()
    {
        ["file"] = file,
        ["class"] = prediction.Top.Class,
        ["name"] = prediction.Top.Name,
        ["top"] = JsonLine.Array(prediction.Ranking.Take(top), score => new JsonObject
        {
            ["class"] = score.Class,
            ["name"] = score.Name,
            ["probability"] = JsonLine.Number(score.Probability),
        }),
    };

    private static Colour ParseBackground(string? text) => text is null ? Colour.White
        : Colour.TryParse(text) ?? throw new InvalidInputException($"--background is '{text}'; give white, black or six hexadecimal digits RRGGBB");
}
