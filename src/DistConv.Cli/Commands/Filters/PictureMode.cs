using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Filters.Pictures;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Filters;

/// <summary>The kernels before and after training, side by side.</summary>
internal sealed class PictureMode : IFiltersMode
{
    /// <inheritdoc/>
    public void Run(FiltersRequest request, CliContext context)
    {
        string file = request.OutFile(".png");
        (string path, Snapshot snapshot) = request.Target.ReadKnown(context.Output);
        KernelMoment after = KernelTimes.Of(snapshot, path).Choose(request.Layers, snapshot.Spec.ModelName);
        KernelMoment[] moments = Before(request, snapshot, context) is var (before, source) ? [before.Like(after, source), after] : [after];
        string what = moments.Length == 1 ? "kernels" : request.Before is null ? "kernels before and after training" : "kernels compared";
        KernelFigure.Of(KernelTimes.Title(snapshot.Spec, what), KernelTimes.Subtitle(snapshot, request.TargetName), moments, request.Look).Save(file);
        if (request.Json) JsonLine.Write(context.Output, ToJson(request, file, path, snapshot, moments));
        else context.Output.Result(
            $"{file}: {string.Join(", ", after.Layers.Select(layer => layer.Name))}, {string.Join(" | ", moments.Select(moment => moment.Caption))}");
    }

    /// <summary>What to show on the left; null if the snapshot is itself the untrained network, or if that is not known.</summary>
    private static (KernelMoment Moment, string Source)? Before(FiltersRequest request, Snapshot snapshot, CliContext context)
    {
        if (request.Before is { } other)
        {
            (string path, Snapshot compared) = other.ReadKnown(context.Output);
            return (KernelTimes.Of(compared, path), path);
        }

        if (snapshot.Step == 0) return null;
        if (UntrainedKernels.Find(request.Target, snapshot.Spec, context.Output) is { } untrained) return untrained;
        context.Output.Warn("the job began with weights from a file, which are not here: name its snapshot of step 0 by --before to see what training changed");
        return null;
    }

    private static JsonObject ToJson(FiltersRequest request, string file, string path, Snapshot snapshot, KernelMoment[] moments) => new()
    {
        ["picture"] = Path.GetFullPath(file),
        ["snapshot"] = path,
        ["model"] = snapshot.Spec.ModelName,
        ["data"] = snapshot.Spec.Data,
        ["step"] = snapshot.Step,
        ["layers"] = JsonLine.Array(moments[0].Layers, layer => layer.Name),
        ["moments"] = JsonLine.Array(moments, moment => moment.Caption),
        ["scale"] = request.Look.Unit.ToString().ToLowerInvariant(),
        ["grey"] = request.Look.IsGrey,
    };
}
