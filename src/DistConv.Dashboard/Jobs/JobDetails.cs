using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Dashboard.Api;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Dashboard.Jobs;

/// <summary>Everything about one job but its measurements.</summary>
internal static class JobDetails
{
    /// <summary>Puts it together.</summary>
    public static JobDetail Of(JobRow row, JobStatus status, JobSpec spec)
    {
        ModelPlan model = spec.Plan();
        using JsonDocument document = JsonDocument.Parse(spec.ToJson());
        return new JobDetail
        {
            Row = row,
            Status = status,
            Spec = document.RootElement.Clone(),
            Layers = [.. model.Layers.Select(layer => Layer(layer, model.TrainingFlops))],
            ClassNames = NamesOf(spec, model.Classes),
            Figures = JobFigures.Of(spec.Labels, model, spec.Loss),
            Epochs = status.Epochs,
        };
    }

    /// <summary>What the classes are called; null if they have no names but their numbers.</summary>
    public static IReadOnlyList<string>? NamesOf(JobSpec spec, int classes) =>
        spec.ClassNames is not null || ClassNames.Known(spec.Data) is not null ? ClassNames.Of(spec, classes) : null;

    private static LayerInfo Layer(LayerPlan layer, double allFlops) => new(
        layer.Layer.Name,
        layer.Layer.Type,
        Dimensions(layer.Output),
        layer.Weights,
        layer.TrainingFlops,
        allFlops > 0 ? layer.TrainingFlops / allFlops : 0,
        layer.Layer is IConvolution);

    private static int[] Dimensions(TensorShape shape) => shape.IsFlat ? [shape.Channels] : [shape.Height, shape.Width, shape.Channels];
}
