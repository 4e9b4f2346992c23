using System.Text.Json.Nodes;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Core;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Filters;

/// <summary>The kernels over the snapshots of a job, as an animated picture.</summary>
internal sealed class AnimationMode : IFiltersMode
{
    /// <inheritdoc/>
    public void Run(FiltersRequest request, CliContext context)
    {
        string file = request.OutFile(".webp");
        if (request.Before is not null) throw new InvalidInputException("--animate shows every snapshot, from the first on: leave --before out");
        if (request.Target is { Folder: null, IsDirectory: false }) throw new InvalidInputException(
            $"--animate needs a job, and '{request.Target.Name}' is one snapshot");
        IReadOnlyList<string> paths = KernelAnimation.Thin(Files(request.Target));
        Snapshot[] snapshots = [.. paths.Select(SnapshotFile.Read)];
        foreach ((Snapshot snapshot, string path) in snapshots.Zip(paths)) TrainedModel.EnsureKnown(snapshot, path);
        Snapshot last = snapshots[^1];
        KernelMoment chosen = KernelTimes.Of(last, paths[^1]).Choose(request.Layers, last.Spec.ModelName);
        KernelFrame[] frames =
            [.. snapshots.Zip(paths, (snapshot, path) => new KernelFrame(snapshot.Step, KernelTimes.Of(snapshot, path).Like(chosen, path).Layers))];
        if (frames[0].Step > 0 && KernelTimes.Untrained(null, "", last.Spec) is { } untrained) frames =
            [new KernelFrame(0, untrained.Like(chosen, "the untrained network").Layers), .. frames];
        IReadOnlyList<(Figure Picture, TimeSpan Duration)> pictures =
            KernelAnimation.Of(last.Spec, request.TargetName, frames, request.Look);
        Animation.Save(file, pictures);
        if (request.Json) JsonLine.Write(context.Output, ToJson(request, file, last, frames, pictures));
        else context.Output.Result(
            $"{file}: {Format.Plural(frames.Length, "frame")}, steps {frames[0].Step:N0} to {frames[^1].Step:N0}, "
                + $"{pictures.Sum(frame => frame.Duration.TotalSeconds):F1} s");
    }

    /// <summary>The snapshots by step, each step once.</summary>
    private static string[] Files(SnapshotTarget target)
    {
        IEnumerable<string> files = target.Folder?.KernelFiles() ?? target.Files();
        string[] bySteps = [.. files.Select(path => (Path: path, SnapshotFile.ReadHeader(path).Step)).GroupBy(file => file.Step).OrderBy(step => step.Key)
            .Select(step => step.Last().Path)];
        return bySteps.Length > 0 ? bySteps
            : throw new InvalidInputException($"job '{target.Name}' has no kernels to show: it has no snapshot yet, or its model no convolution");
    }

    private static JsonObject ToJson(
        FiltersRequest request, string file, Snapshot last, KernelFrame[] frames, IEnumerable<(Figure Picture, TimeSpan Duration)> pictures) => new()
        {
            ["picture"] = Path.GetFullPath(file),
            ["model"] = last.Spec.ModelName,
            ["data"] = last.Spec.Data,
            ["steps"] = JsonLine.Array(frames, frame => frame.Step),
            ["milliseconds"] = JsonLine.Array(pictures, frame => frame.Duration.TotalMilliseconds),
            ["layers"] = JsonLine.Array(frames[0].Layers, layer => layer.Name),
            ["scale"] = request.Look.Unit.ToString().ToLowerInvariant(),
            ["grey"] = request.Look.IsGrey,
        };
}
