using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Core.Kernels;
using DistConv.Filters.Comparisons;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary>What a snapshot's weights are like, tensor by tensor.</summary>
internal static class WeightTable
{
    /// <summary>What the last columns mean.</summary>
    public const string Legend =
        "weights (norm: root of the sum of squares; moved: norm of the difference from the initial draw, and against that draw's norm)";

    /// <summary>The table.</summary>
    public static TextTable Text(Snapshot snapshot)
    {
        TextTable table = new("TENSOR", " MEAN", " STD DEV", " MIN", " MAX", " NORM", " ZEROS", " MOVED", " AGAINST INITIAL");
        foreach ((string name, TensorStatistics values) in Measure(snapshot))
        {
            table.Add(
                name, $"{values.Mean:G3}", $"{values.StandardDeviation:G3}", $"{values.Min:G3}", $"{values.Max:G3}", $"{values.Norm:G4}",
                    Format.Percent(values.Zeros),
                values.Moved is { } moved ? $"{moved:G3}" : "-", values.RelativelyMoved is { } relative ? Format.Percent(relative) : "-");
        }

        return table;
    }

    /// <summary>The same for programs.</summary>
    public static JsonArray ToJson(Snapshot snapshot) => JsonLine.Array(Measure(snapshot), tensor => new JsonObject
    {
        ["name"] = tensor.Name,
        ["mean"] = JsonLine.Number(tensor.Values.Mean),
        ["standardDeviation"] = JsonLine.Number(tensor.Values.StandardDeviation),
        ["min"] = JsonLine.Number(tensor.Values.Min),
        ["max"] = JsonLine.Number(tensor.Values.Max),
        ["norm"] = JsonLine.Number(tensor.Values.Norm),
        ["zeros"] = JsonLine.Number(tensor.Values.Zeros),
        ["moved"] = JsonLine.Number(tensor.Values.Moved),
        ["initialNorm"] = JsonLine.Number(tensor.Values.InitialNorm),
    });

    /// <summary>Against the draw of the seed; a job that began with other weights has no draw.</summary>
    public static IReadOnlyList<(string Name, TensorStatistics Values)> Measure(Snapshot snapshot)
    {
        using SnapshotNetwork untrained = SnapshotNetwork.Untrained(snapshot.Spec.ReadModel(), snapshot.Spec.Seed, KernelSets.Supported[0]);
        var places = untrained.Network.Tensors.ToDictionary(tensor => tensor.Name);
        List<(string Name, TensorStatistics Values)> measured = [];
        foreach (SnapshotTensor tensor in snapshot.Tensors.Where(tensor => tensor.IsOfNetwork))
        {
            bool known = snapshot.Spec.InitialWeights is null && places.TryGetValue(tensor.Name, out var place) && place.Length == tensor.Values.Length;
            measured.Add((tensor.Name, TensorStatistics.Of(tensor.Values.Span, known ? untrained.Values(places[tensor.Name]) : [])));
        }

        return measured;
    }
}
