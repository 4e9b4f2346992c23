using System.Text.Encodings.Web;
using System.Text.Json;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;

namespace DistConv.Filters.Exports;

/// <summary>The network of a snapshot, to be written in another program's format.</summary>
internal sealed class ExportedNetwork
{
    private static readonly JsonSerializerOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, ReadOnlyMemory<float>> _values;

    /// <summary>Looks up the weights.</summary>
    /// <param name="snapshot">A full snapshot.</param>
    /// <param name="source">Name of the file, for the message.</param>
    /// <exception cref="InvalidInputException">The snapshot holds kernels only, or lacks a tensor of its model.</exception>
    public ExportedNetwork(Snapshot snapshot, string source)
    {
        if (snapshot.Content != SnapshotContent.Full)
            throw new InvalidInputException($"snapshot '{source}' holds kernels only; name a snapshot of the whole network (step-…)");
        Snapshot = snapshot;
        Plan = snapshot.Spec.Plan();
        Weights = WeightForm.Of(Plan);
        WeightsDigest = snapshot.WeightsDigest();
        _values = snapshot.Tensors.Where(tensor => tensor.IsOfNetwork).ToDictionary(tensor => tensor.Name, tensor => tensor.Values);
        foreach (WeightForm form in Weights)
        {
            if (!_values.TryGetValue(form.KerasName, out ReadOnlyMemory<float> found) || found.Length != form.Length)
                throw new InvalidInputException($"snapshot '{source}' has no tensor '{form.KerasName}' of {form.Length} values");
        }
    }

    /// <summary>The version of DistConv that writes: "0.1.0".</summary>
    public static string ProducerVersion { get; } = typeof(ExportedNetwork).Assembly.GetName().Version!.ToString(3);

    /// <summary>What the network was trained as.</summary>
    public Snapshot Snapshot { get; }

    /// <summary>Its layers.</summary>
    public ModelPlan Plan { get; }

    /// <summary>Its weights, in the order of a snapshot.</summary>
    public IReadOnlyList<WeightForm> Weights { get; }

    /// <summary>See <see cref="Snapshot.WeightsDigest"/>.</summary>
    public string WeightsDigest { get; }

    /// <summary>
    /// What every format says about the network that has room for it, by name. The names of the classes are a JSON array, in the order of the outputs.
    /// </summary>
    public IReadOnlyList<(string Key, string Value)> Facts =>
    [
        ("producer", $"DistConv {ProducerVersion}"),
        ("model", Plan.Model.Name),
        ("step", $"{Snapshot.Step}"),
        ("weightsDigest", WeightsDigest),
        ("numericsVersion", $"{Snapshot.NumericsVersion}"),
        ("data", Snapshot.Spec.Data),
        ("classes", $"{Plan.Classes}"),
        ("output", Plan.OutputKind.ToString().ToLowerInvariant()),
        ("classNames", JsonSerializer.Serialize(ClassNames.Of(Snapshot.Spec, Plan.Classes), _readable)),
        ("inputScaling", "pixel / 255"),
    ];

    /// <summary>A weight's values as Keras lays them out.</summary>
    public ReadOnlyMemory<float> Keras(WeightForm form) => _values[form.KerasName];

    /// <summary>A weight's values as PyTorch lays them out.</summary>
    public ReadOnlyMemory<float> PyTorch(WeightForm form) => form.ToPyTorch(_values[form.KerasName].Span);
}
