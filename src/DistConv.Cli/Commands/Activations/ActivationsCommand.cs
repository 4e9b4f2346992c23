using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Datasets;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Filters.Activations;
using DistConv.Images.Decoding;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Cli.Commands.Activations;

/// <summary><c>distconv activations</c>: a picture, what each layer makes of it, and what the network takes it for.</summary>
internal static class ActivationsCommand
{
    private const string DefaultFile = "activations.png";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "activations",
            "Draw what each layer of a trained network makes of a picture.",
            "distconv activations JOB photo.jpg --invert",
            "distconv activations JOB --sample 17",
            "distconv activations FILE.dcs digit.png --layer conv1 --layer conv2 --out maps.png");
        Argument<string> target = new("SNAPSHOT|JOB") { Description = "A snapshot file, or a job for its newest snapshot." };
        Argument<string?> image = new("IMAGE") { Description = "A PNG or JPEG file of any size.", Arity = ArgumentArity.ZeroOrOne };
        Option<int?> sample = NumberOption.Whole("--sample", "N", "Instead of a picture: this sample of the held-out split, from 0.", 0, int.MaxValue);
        Option<string[]> layers = new("--layer")
        {
            Description = "Only this layer; repeat it for several [default: all that change what they get].",
            HelpName = "NAME",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> output = CommonOptions.Text("--out", "FILE", $"Where the picture goes [default: {DefaultFile}].");
        PictureOptionSet pictures = new();
        DataOptionSet data = new();
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[sample, layers, output]) command.Add(option);
        pictures.AddTo(command);
        data.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[store, json]) command.Add(option);
        command.Add(target);
        command.Add(image);
        command.SetAction(parsed =>
        {
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            (string path, Snapshot snapshot) = found.ReadKnown(context.Output);
            using SnapshotNetwork network = SnapshotNetwork.Open(snapshot, path, KernelSets.Select());
            float[] input = new float[network.Network.Plan.Model.Input.Size];
            string shown = (parsed.GetValue(image), parsed.GetValue(sample)) switch
            {
                ({ } file, null) => ReadPicture(file, network, pictures.Read(parsed), input),
                (null, { } index) => ReadSample(index, snapshot, path, data.Read(parsed, context), found, input, context.Stop),
                _ => throw new InvalidInputException("name one picture, or a sample of the held-out split by --sample N"),
            };
            Request request = new(path, snapshot, shown, parsed.GetValue(layers) ?? [], parsed.GetValue(output) ?? DefaultFile, parsed.GetValue(json));
            Draw(request, network, input, context.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static string ReadPicture(string file, SnapshotNetwork network, PictureOptions options, float[] input)
    {
        byte[] pixels = new byte[input.Length];
        new PictureReader(network.Network.Plan.Model.Input, options).Read(file, pixels);
        PixelValues.Fill(pixels, input);
        return file;
    }

    private static string ReadSample(
        int index, Snapshot snapshot, string path, DataOptions folders, SnapshotTarget target, float[] input, CancellationToken stop)
    {
        DataSource data = JobData.Reopen(snapshot.Spec, $"snapshot '{path}'", folders, target.Folder?.ReadOrigin(), stop);
        string set = DataTitle.Of(snapshot.Spec.Data);
        if (index >= data.Test.Count)
            throw new InvalidInputException($"--sample {index}: the held-out split of '{set}' has samples 0 to {data.Test.Count - 1}");
        PixelValues.Fill(data.Test.Image(index), input);
        return $"held-out sample {index}, class {ClassNames.Of(snapshot.Spec, data.Test.ClassCount)[data.Test.Label(index)]}";
    }

    private static void Draw(Request request, SnapshotNetwork network, float[] input, IConsoleOutput output)
    {
        IReadOnlyList<int> layers = ChooseLayers(network.Network, request.Layers);
        using SamplePass pass = network.CreatePass();
        pass.Forward(input);
        JobSpec spec = request.Snapshot.Spec;
        string subtitle = $"{request.Shown}; {spec.ModelName} trained on {DataTitle.Of(spec.Data)}, step {request.Snapshot.Step:N0}";
        IReadOnlyList<string> names = ClassNames.Of(spec, network.Network.Plan.Classes);
        FeatureMapFigure.Create(pass, input, layers, subtitle, names).Save(request.Out);
        float[] outputs = new float[network.Network.Plan.Output.Size];
        pass.Outputs(outputs);
        string answer = network.Network.Plan switch
        {
            { OutputKind: OutputKind.Values } => $"values {string.Join(", ", outputs.Select(value => $"{value:G4}"))}",
            { Output.Size: 1 } => $"class {names[1]} with probability {Format.Percent(outputs[0], 1)}",
            _ => $"class {names[Best(outputs)]} with probability {Format.Percent(outputs[Best(outputs)], 1)}",
        };
        if (request.Json) JsonLine.Write(output, ToJson(request, network.Network, layers, names, outputs));
        else output.Result($"{request.Out}: {request.Shown}; predicted {answer}");
    }

    private static int Best(float[] outputs) => outputs.Index().MaxBy(entry => entry.Item).Index;

    private static IReadOnlyList<int> ChooseLayers(Network network, IReadOnlyList<string> names)
    {
        Layer[] chosen = LayerNames.Choose(network.Plan.Model.Name, "layer", network.Layers, layer => layer.Plan.Layer.Name, names);
        return chosen.Length > 0 ? [.. chosen.Select(layer => layer.Index)] : FeatureMapFigure.VisibleLayers(network);
    }

    private static JsonObject ToJson(Request request, Network network, IReadOnlyList<int> layers, IReadOnlyList<string> names, float[] outputs)
    {
        JsonObject fields = new()
        {
            ["picture"] = Path.GetFullPath(request.Out),
            ["snapshot"] = request.Path,
            ["step"] = request.Snapshot.Step,
            ["input"] = request.Shown,
            ["layers"] = JsonLine.Array(layers, layer => network.Layers[layer].Plan.Layer.Name),
        };
        if (network.Plan.OutputKind != OutputKind.Values)
        {
            int best = outputs.Length > 1 ? Best(outputs) : outputs[0] > 0.5f ? 1 : 0;
            fields["class"] = best;
            fields["className"] = names[best];
        }

        fields[network.Plan.OutputKind == OutputKind.Values ? "values" : "probabilities"] = JsonLine.Array(outputs, value => JsonLine.Number(value));
        return fields;
    }

    private sealed record Request(string Path, Snapshot Snapshot, string Shown, IReadOnlyList<string> Layers, string Out, bool Json);
}
