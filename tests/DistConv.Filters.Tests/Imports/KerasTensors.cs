using System.Globalization;
using System.Text.Json;
using DistConv.Core.Models.Keras;
using DistConv.Filters.Imports;

namespace DistConv.Filters.Tests.Imports;

/// <summary>
/// The tensors of a model of Imports/Keras/tensors.tsv, with values that follow from their numbers and places. The same values are in the weight files and
/// made the outputs in expected.tsv.
/// </summary>
internal static class KerasTensors
{
    /// <summary>The folder with models and weights.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Imports", "Keras");

    /// <summary>A file by the beginning of its name.</summary>
    public static string File(string beginning) => Directory.EnumerateFiles(Folder, $"{beginning}*").Single();

    /// <summary>The tensors of a model with a shape: no counts of samples.</summary>
    public static IReadOnlyList<(KerasWeight Weight, float[] Values)> Of(string model)
    {
        (Dictionary<string, string> classes, _) = Classes(model);
        List<(KerasWeight, float[])> tensors = [];
        Dictionary<string, int> places = [];
        foreach (string[] cells in System.IO.File.ReadLines(Path.Combine(Folder, "tensors.tsv")).Skip(1).Select(line => line.Split('\t')))
        {
            if (cells[0] != Path.GetFileName(model) || cells[4] == "scalar") continue;
            int[] shape = [.. cells[4].Split('x').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
            int place = places[cells[2]] = places.GetValueOrDefault(cells[2], -1) + 1;
            bool isFrozen = cells[5] != "trainable" && cells[3] is not ("moving_mean" or "moving_variance");
            bool isOld = cells[3] == "kernel_th";
            KerasWeight weight = new(cells[2].Split('/'), classes[cells[2]], place, isOld ? "kernel" : cells[3], shape, isFrozen);
            tensors.Add((weight, Values(int.Parse(cells[1], CultureInfo.InvariantCulture), cells[3], shape)));
        }

        return tensors;
    }

    /// <summary>The models inside a model.</summary>
    public static IReadOnlyList<KerasInnerModel> Models(string model) => Classes(model).Models;

    private static (Dictionary<string, string> Classes, List<KerasInnerModel> Models) Classes(string model)
    {
        using JsonDocument text = JsonDocument.Parse(System.IO.File.ReadAllBytes(model));
        JsonElement root = text.RootElement;
        using JsonDocument inner = JsonDocument.Parse(root.ValueKind == JsonValueKind.String ? root.GetString()! : "{}");
        if (root.ValueKind == JsonValueKind.String) root = inner.RootElement;
        if (root.TryGetProperty("modelTopology", out JsonElement topology)) root = topology.TryGetProperty("model_config", out JsonElement at) ? at : topology;
        Dictionary<string, string> classes = [];
        List<KerasInnerModel> models = [];
        Walk(root.GetProperty("config"), []);
        return (classes, models);

        void Walk(JsonElement config, string[] path)
        {
            foreach (JsonElement layer in (config.ValueKind == JsonValueKind.Array ? config : config.GetProperty("layers")).EnumerateArray())
            {
                JsonElement settings = layer.GetProperty("config");
                string[] name = [.. path, settings.GetProperty("name").GetString()!];
                string className = layer.GetProperty("class_name").GetString()!;
                if (settings.TryGetProperty("layers", out _))
                {
                    models.Add(new KerasInnerModel(name, className));
                    Walk(settings, name);
                }
                else
                {
                    classes[string.Join('/', name)] = className;
                }
            }
        }
    }

    /// <summary>An integer hash of the tensor's number and the value's place, spread as suits the role.</summary>
    private static float[] Values(int number, string role, int[] shape)
    {
        int length = shape.Aggregate(1, (product, size) => product * size);
        int divisor = role switch { "kernel_th" => shape[0], "depthwise_kernel" => length / (shape[0] * shape[1]), _ => shape[^1] };
        double spread = Math.Sqrt(6.0 * divisor / length);
        return [.. Enumerable.Range(0, length).Select(i =>
        {
            uint hash = (uint)(((ulong)i + 1 + (100003UL * (ulong)number)) * 2654435761UL);
            hash ^= hash >> 15;
            hash *= 2246822519U;
            hash ^= hash >> 13;
            double u = (hash / 4294967296.0) - 0.5;
            return (float)(role switch
            {
                "kernel" or "pointwise_kernel" or "kernel_th" or "depthwise_kernel" => u * 2 * spread,
                "bias" or "beta" or "moving_mean" or "mean" => u * 0.4,
                "gamma" => 1 + (0.4 * u),
                "moving_variance" or "variance" => 1 + u,
                "alpha" => 0.25 + (0.2 * u),
                _ => throw new InvalidOperationException($"no values are known for {role}"),
            });
        })];
    }
}
