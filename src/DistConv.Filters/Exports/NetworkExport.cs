using DistConv.Core;
using DistConv.Filters.Exports.Onnx;
using DistConv.Training.Files;
using DistConv.Training.Snapshots;

namespace DistConv.Filters.Exports;

/// <summary>A format of another program.</summary>
public enum ExportFormat
{
    /// <summary>Layers and weights, to be run: ONNX, opset 17, IR version 8.</summary>
    Onnx,

    /// <summary>Weights by name, in either layout.</summary>
    Safetensors,

    /// <summary>Weights by name, for numpy.</summary>
    Npz,

    /// <summary>Weights for Keras 3's <c>load_weights</c>.</summary>
    KerasH5,
}

/// <summary>Writes the network of a snapshot in the format of another program.</summary>
public static class NetworkExport
{
    private static readonly (string Name, string Ending, ExportFormat Format)[] _formats =
    [
        ("onnx", ".onnx", ExportFormat.Onnx),
        ("safetensors", ".safetensors", ExportFormat.Safetensors),
        ("npz", ".npz", ExportFormat.Npz),
        ("keras-h5", ".weights.h5", ExportFormat.KerasH5),
    ];

    /// <summary>Names of the formats.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _formats.Select(format => format.Name)];

    /// <summary>Which format is meant.</summary>
    /// <param name="name">One of <see cref="Names"/>; null: what the file's ending says.</param>
    /// <param name="path">The file.</param>
    /// <returns>The format.</returns>
    /// <exception cref="InvalidInputException">There is no such format, or the ending says nothing.</exception>
    public static ExportFormat FormatOf(string? name, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach ((string known, string ending, ExportFormat format) in _formats)
        {
            if (name is null ? path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) : known == name) return format;
        }

        throw new InvalidInputException(name is not null
            ? $"the export format '{name}' is unknown; choose one of {string.Join(", ", Names)}"
            : $"'{path}': unrecognised file extension; use one of {string.Join(", ", _formats.Select(format => format.Ending))}, "
                + $"or set the export format to one of {string.Join(", ", Names)}");
    }

    /// <summary>Name of a format.</summary>
    /// <param name="format">The format.</param>
    /// <returns>One of <see cref="Names"/>.</returns>
    public static string NameOf(ExportFormat format) => _formats.Single(known => known.Format == format).Name;

    /// <summary>Writes a file; one that exists is replaced when the new one is complete.</summary>
    /// <param name="snapshot">A full snapshot.</param>
    /// <param name="source">Name of the snapshot, for the message.</param>
    /// <param name="format">The format.</param>
    /// <param name="layout">Order of the weights: <see cref="WeightLayout.PyTorch"/> is possible for safetensors only; ONNX has an order of its own.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The snapshot holds kernels only, the format has no such layout, two tensors would have one name, or the file
    /// cannot be written.</exception>
    public static void Write(Snapshot snapshot, string source, ExportFormat format, WeightLayout layout, string path)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (layout == WeightLayout.PyTorch && format != ExportFormat.Safetensors)
            throw new InvalidInputException($"the weight layout pytorch is for safetensors, not for {NameOf(format)}; use keras, or write safetensors");
        ExportedNetwork network = new(snapshot, source);
        if (layout == WeightLayout.PyTorch) EnsureNamesDiffer(network);
        OutputFile.Write(path, "export", stream => Write(network, format, layout, stream));
    }

    /// <summary>Of the layers 'sep' (separable) and 'sep.pointwise', PyTorch's layout would call two kernels 'sep.pointwise.weight'.</summary>
    private static void EnsureNamesDiffer(ExportedNetwork network)
    {
        if (network.Weights.GroupBy(form => form.PyTorchName).FirstOrDefault(forms => forms.Count() > 1) is not { } same) return;
        string layers = string.Join(" and ", same.Select(form => $"'{form.Layer.Name}'"));
        throw new InvalidInputException(
            $"the layers {layers} of model '{network.Plan.Model.Name}' would both have a tensor '{same.Key}' in the weight layout pytorch; use keras");
    }

    /// <summary>Writes to a stream that can seek.</summary>
    internal static void Write(ExportedNetwork network, ExportFormat format, WeightLayout layout, Stream stream)
    {
        switch (format)
        {
            case ExportFormat.Onnx:
                OnnxFile.Write(network, stream);
                break;
            case ExportFormat.Safetensors:
                SafetensorsFile.Write(network, layout, stream);
                break;
            case ExportFormat.Npz:
                NpzFile.Write(network, stream);
                break;
            case ExportFormat.KerasH5:
                KerasWeightsFile.Write(network, stream);
                break;
            default:
                throw new InvalidOperationException($"no writer for {format}");
        }
    }
}
