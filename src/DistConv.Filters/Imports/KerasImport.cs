using System.Text.Json;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Training;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Filters.Imports;

/// <summary>A model that Keras trained, with its weights.</summary>
/// <param name="Reading">The model, and how its file was understood.</param>
/// <param name="Plan">The model with its shapes.</param>
/// <param name="Weights">All weights, in the order of a snapshot.</param>
public sealed record KerasImport(ModelReading Reading, ModelPlan Plan, float[] Weights)
{
    private const string NoData = "none";

    /// <summary>Reads a model and its weights.</summary>
    /// <param name="path">The model: JSON, a .keras file, or a whole model in an .h5 file. The last two have weights.</param>
    /// <param name="weightsPath">The weights; null: they are in <paramref name="path"/>.</param>
    /// <param name="input">The shape of a sample where the model leaves the size of pictures open; null: as the model says.</param>
    /// <returns>Both.</returns>
    /// <exception cref="InvalidInputException">The files cannot be read, or do not fit together.</exception>
    public static KerasImport Read(string path, string? weightsPath, TensorShape? input)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelReading reading = ReadModel(path);
        ModelSpec model = reading.Model;
        if (input is { } shape && (model = reading.At(shape)).Input != shape)
            throw new InvalidInputException($"the input shape is {shape}, but model '{model.Name}' takes {model.Input}");
        ModelPlan plan = model.Infer();
        weightsPath ??= KerasWeightFile.Is(path) ? path : throw new InvalidInputException(
            $"'{path}' has no weights; name the file with its weights: .h5, .keras, .safetensors or .npz");
        return new KerasImport(reading, plan, WeightFile.Read(weightsPath, plan, reading.Origin));
    }

    /// <summary>The network as a snapshot of step 0: it can be used, exported and explained, and training can begin with its weights.</summary>
    /// <param name="createdAt">The time to note.</param>
    /// <returns>A full snapshot of a job that has no data.</returns>
    public Snapshot ToSnapshot(DateTimeOffset createdAt)
    {
        List<SnapshotTensor> tensors = [];
        int start = 0;
        IEnumerable<(string Layer, TensorPlan Tensor)> all = Plan.Layers.SelectMany(layer => layer.Tensors.Select(tensor => (layer.Layer.Name, tensor)));
        foreach ((string layer, TensorPlan tensor) in all.OrderBy(one => one.Tensor.IsState))
        {
            int length = checked((int)tensor.Length);
            string role = tensor.IsState ? SnapshotTensor.State : SnapshotTensor.Weight;
            tensors.Add(new SnapshotTensor($"{layer}/{tensor.Role}", role, [.. tensor.Shape], Weights.AsMemory(start, length)));
            start += length;
        }

        return new Snapshot
        {
            Spec = new JobSpec
            {
                ModelName = Plan.Model.Name,
                ModelJson = Plan.Model.ToJson(),
                Data = NoData,
                DataFingerprint = NoData,
                Samples = 1,
                TotalSteps = 1,
                GlobalBatch = 1,
                Shards = 1,
                Seed = 0,
                InitialWeights = Snapshot.DigestOf(Weights),
                Optimizer = OptimizerSettings.Default("sgd"),
                NumericsVersion = NumericsVersion.Current,
            },
            Step = 0,
            NumericsVersion = NumericsVersion.Current,
            CreatedAt = createdAt,
            Running = default,
            Epochs = [],
            OptimizerScalars = new Dictionary<string, double>(),
            LayerHashes = [],
            Tensors = tensors,
        };
    }

    private static ModelReading ReadModel(string path)
    {
        if (!KerasWeightFile.Is(path) || Path.GetExtension(path).Equals(".keras", StringComparison.OrdinalIgnoreCase)) return ModelReading.LoadFile(path);
        if (!File.Exists(path)) throw new InvalidInputException($"model '{path}' does not exist");
        (string Json, string? Version) model = KerasWeightFile.ModelConfig(path) ?? throw new InvalidInputException(
            $"'{path}' has weights without a model; name the model's JSON, which model.to_json() returns, and this file as its weights");
        return ModelReading.Parse(JsonSerializer.Serialize(new { model_config = model.Json, keras_version = model.Version }), path);
    }
}
