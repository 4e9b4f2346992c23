using System.IO.Compression;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;
using DistConv.Training.Files;

namespace DistConv.Filters.Imports;

/// <summary>
/// Weights of a Keras model from Keras's own files: .weights.h5 and .keras of Keras 3, .h5 of save_weights and of whole models of any generation. Keras's
/// layout becomes ours: kernels of Theano's order and what belongs to flat values with channels first are turned.
/// </summary>
public static class KerasWeightFile
{
    private const string WeightsInArchive = "model.weights.h5";
    private const int MaxShown = 5;

    /// <summary>What a file takes beside the weights: names, and optimizer slots, at most three for each weight.</summary>
    private const int MaxOverhead = 16 << 20;

    private const int MaxCopies = 4;

    /// <summary>Whether a file is read here, by its ending.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether it ends in .h5, .hdf5 or .keras.</returns>
    public static bool Is(string path) => Path.GetExtension(path)?.ToUpperInvariant() is ".H5" or ".HDF5" or ".KERAS";

    /// <summary>Reads a weight for every place in a model, and no other.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The model.</param>
    /// <param name="origin">What its layers were in Keras.</param>
    /// <returns>All weights, in the order of a snapshot.</returns>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read; a tensor is missing, superfluous or of another shape; a value is not finite.
    /// </exception>
    public static float[] Read(string path, ModelPlan plan, KerasOrigin origin)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(origin);
        IReadOnlyList<KerasWeight> wanted = KerasWeight.Of(plan, origin);
        return [.. Read(path, wanted, origin.Models).SelectMany(values => values)];
    }

    /// <summary>The configuration of a whole model in an .h5 file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>JSON as to_json() writes it, and the version of Keras; null: the file has weights only.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static (string Json, string? Version)? ModelConfig(string path)
    {
        using H5Container file = Open(path, long.MaxValue);
        return H5Container.Guard<(string, string?)?>(path, () => file.Root.Text("model_config") is { } json
            ? (json, file.Root.Text("keras_version") ?? file.Root.Find("model_weights")?.Text("keras_version"))
            : null);
    }

    /// <summary>Reads tensors in the order in which they are wanted, in our layout. Counts of the data, which Keras keeps as whole numbers, are 0: nothing
    /// computes with them.</summary>
    internal static float[][] Read(string path, IReadOnlyList<KerasWeight> wanted, IReadOnlyList<KerasInnerModel> models)
    {
        Queue<float[]> read = new(ReadAll(path, [.. wanted.Where(weight => weight.Role != TensorPlan.Count)], models));
        return [.. wanted.Select(weight => weight.Role == TensorPlan.Count ? [0f] : read.Dequeue())];
    }

    private static float[][] ReadAll(string path, IReadOnlyList<KerasWeight> wanted, IReadOnlyList<KerasInnerModel> models)
    {
        long values = wanted.Sum(weight => weight.Shape.Aggregate(1L, (product, size) => product * size));
        try
        {
            using H5Container file = Open(path, (values * sizeof(float) * MaxCopies) + MaxOverhead);
            return H5Container.Guard(path, () => Read(path, file.Root, wanted, models));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"weights '{path}' cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static float[][] Read(string path, H5Node root, IReadOnlyList<KerasWeight> wanted, IReadOnlyList<KerasInnerModel> models)
    {
        List<string> problems = [];
        H5Tensor?[] found = KerasLegacyWeights.Layers(root) is { } legacy ? KerasLegacyWeights.Match(legacy, wanted, problems)
            : KerasVariables.Layers(root) is { } layers ? KerasVariables.Match(layers, wanted, models, problems)
            : throw new InvalidInputException($"'{path}' has no weights of Keras: neither layer_names nor a group 'layers'");
        foreach ((KerasWeight weight, H5Tensor? tensor) in wanted.Zip(found))
        {
            if (tensor is not null && !tensor.Shape.SequenceEqual(weight.Shape))
                problems.Add($"tensor {MessageText.Quote(tensor.Path)} has the shape {Show(tensor.Shape)}; '{weight.Name}' needs {Show(weight.Shape)}");
        }

        if (problems.Count > 0)
        {
            string more = problems.Count > MaxShown ? $"; and {problems.Count - MaxShown} more" : "";
            SettingProblem[] all = [.. problems.Select(problem => new SettingProblem("weights", problem))];
            throw new InvalidInputException($"'{path}': {string.Join("; ", problems.Take(MaxShown))}{more}", all);
        }

        return [.. wanted.Zip(found, (weight, tensor) => InOurOrder(path, weight, tensor!))];
    }

    private static float[] InOurOrder(string path, KerasWeight weight, H5Tensor tensor)
    {
        float[] values = tensor.Read();
        int place = Array.FindIndex(values, value => !float.IsFinite(value));
        if (place >= 0)
            throw new InvalidInputException($"'{path}': tensor '{weight.Name}' has the value {values[place]} at index {place}; weights must be finite");
        return weight.Places is { } places ? [.. places.Select(keras => values[keras])] : values;
    }

    /// <summary>Opens the file, or the weights in an archive.</summary>
    private static H5Container Open(string path, long maxBytes)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"weights '{path}' do not exist; name a file that ends in .h5 or .keras");
        FileStream file = File.OpenRead(path);
        try
        {
            Span<byte> beginning = stackalloc byte[2];
            bool isArchive = file.ReadAtLeast(beginning, 2, throwOnEndOfStream: false) == 2 && beginning.SequenceEqual("PK"u8);
            file.Position = 0;
            return H5Container.Open(isArchive ? Unpack(file, path, maxBytes) : file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The weights in a .keras file, in memory: an HDF5 file is read at many places.</summary>
    private static MemoryStream Unpack(FileStream file, string path, long maxBytes)
    {
        try
        {
            using BudgetStream limited = new(file) { Budget = NpzContainer.MaxDirectoryBytes };
            using ZipArchive archive = new(limited, ZipArchiveMode.Read);
            ZipArchiveEntry entry = archive.GetEntry(WeightsInArchive)
                ?? throw new InvalidInputException($"'{path}' has no {WeightsInArchive}; of archives only Keras 3's .keras files have weights for a model");
            if (entry.Length > Math.Min(maxBytes, Array.MaxLength))
                throw new InvalidInputException($"'{path}': {WeightsInArchive} has {entry.Length:N0} bytes; the model needs at most {maxBytes:N0}");
            limited.Budget = long.MaxValue; // From here on, the length of the entry bounds what is read.
            byte[] bytes = new byte[entry.Length];
            using Stream packed = entry.Open();
            packed.ReadExactly(bytes);
            return new MemoryStream(bytes, writable: false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentOutOfRangeException)
        {
            throw new InvalidInputException($"'{path}' is not a .keras file, or it is damaged: {MessageText.OneLine(e.Message)}", e);
        }
    }

    private static string Show(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
