using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Exports;
using DistConv.Training.Snapshots;

namespace DistConv.Filters.Imports;

/// <summary>Weights for a model from a file: safetensors in either layout, npz, or a snapshot.</summary>
public static class WeightFile
{
    /// <summary>Reads a weight for every place in a model, and no other.</summary>
    /// <param name="path">A file that ends in .safetensors, .npz or .dcs.</param>
    /// <param name="plan">The model.</param>
    /// <returns>All weights, in the order of a snapshot.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read; a tensor is missing, superfluous or of another shape; a value is not finite.</exception>
    public static float[] Read(string path, ModelPlan plan)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(plan);
        (IReadOnlyList<WeightTensor> tensors, string? layoutName) = ReadTensors(path);
        IReadOnlyList<WeightForm> forms = WeightForm.Of(plan);
        WeightTensor[] matched = Match(path, plan.Model.Name, forms, tensors);
        WeightLayout layout = Layout(path, layoutName, forms, matched);
        var weights = new List<float>(checked((int)plan.Parameters));
        foreach ((WeightForm form, WeightTensor tensor) in forms.Zip(matched))
        {
            EnsureFinite(path, tensor);
            weights.AddRange(layout == WeightLayout.Keras ? tensor.Values : form.FromPyTorch(tensor.Values));
        }

        return [.. weights];
    }

    private static (IReadOnlyList<WeightTensor> Tensors, string? Layout) ReadTensors(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"weights '{path}' do not exist; name a file that ends in .safetensors, .npz or {SnapshotFile.Ending}");
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".safetensors" => SafetensorsReader.Read(path),
                ".npz" => (NpzReader.Read(path), null),
                SnapshotFile.Ending => (OfSnapshot(path), "keras"),
                _ => throw new InvalidInputException($"weights '{path}': the ending says not what it is; give .safetensors, .npz or {SnapshotFile.Ending}"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"weights '{path}' cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static WeightTensor[] OfSnapshot(string path)
    {
        Snapshot snapshot = SnapshotFile.Read(path);
        return [.. snapshot.Tensors.Where(tensor => tensor.Role == SnapshotTensor.Weight).Select(tensor => new WeightTensor(tensor.Name, tensor.Shape, tensor.Values.ToArray()))];
    }

    /// <summary>The tensor of each place, by name.</summary>
    private static WeightTensor[] Match(string path, string model, IReadOnlyList<WeightForm> forms, IReadOnlyList<WeightTensor> tensors)
    {
        Dictionary<string, int> places = [];
        foreach ((int place, WeightForm form) in forms.Index()) places[form.KerasName] = places[form.PyTorchName] = place;
        var matched = new WeightTensor?[forms.Count];
        foreach (WeightTensor tensor in tensors)
        {
            if (!places.TryGetValue(tensor.Name, out int place))
            {
                throw new InvalidInputException(
                    $"'{path}': tensor '{tensor.Name}' belongs to no layer of model '{model}', whose weights are {string.Join(", ", forms.Select(form => form.KerasName))} "
                    + $"(or in PyTorch's words {forms[0].PyTorchName}, …)");
            }

            if (matched[place] is { } earlier) throw new InvalidInputException($"'{path}': tensors '{earlier.Name}' and '{tensor.Name}' are the same weight of model '{model}'; leave one out");
            matched[place] = tensor;
        }

        int missing = Array.IndexOf(matched, null);
        return missing < 0 ? [.. matched.OfType<WeightTensor>()] : throw new InvalidInputException(
            $"'{path}': tensor '{forms[missing].KerasName}' (or '{forms[missing].PyTorchName}') of model '{model}' is missing; the file has {string.Join(", ", tensors.Select(tensor => tensor.Name))}");
    }

    /// <summary>As the file says; else the one that all shapes fit; if both do, as the names sound.</summary>
    private static WeightLayout Layout(string path, string? name, IReadOnlyList<WeightForm> forms, WeightTensor[] tensors)
    {
        bool keras = name != "pytorch", pyTorch = name != "keras";
        foreach ((WeightForm form, WeightTensor tensor) in forms.Zip(tensors))
        {
            keras &= form.KerasShape.SequenceEqual(tensor.Shape);
            pyTorch &= form.PyTorchShape.SequenceEqual(tensor.Shape);
            if (!keras && !pyTorch) throw Misshapen(path, name, form, tensor);
        }

        return keras && (!pyTorch || tensors[0].Name == forms[0].KerasName) ? WeightLayout.Keras : WeightLayout.PyTorch;
    }

    private static InvalidInputException Misshapen(string path, string? layout, WeightForm form, WeightTensor tensor)
    {
        string keras = $"[{string.Join(", ", form.KerasShape)}]", pyTorch = $"[{string.Join(", ", form.PyTorchShape)}]";
        string needed = layout switch
        {
            "keras" => keras,
            "pytorch" => pyTorch,
            _ when keras == pyTorch => keras,
            _ => $"{keras} (Keras's layout) or {pyTorch} (PyTorch's), all tensors in the same layout",
        };
        return new InvalidInputException($"'{path}': tensor '{tensor.Name}' has the shape [{string.Join(", ", tensor.Shape)}]; layer '{form.Layer.Name}' needs {needed}");
    }

    private static void EnsureFinite(string path, WeightTensor tensor)
    {
        int index = Array.FindIndex(tensor.Values, value => !float.IsFinite(value));
        if (index >= 0) throw new InvalidInputException($"'{path}': tensor '{tensor.Name}' has the value {tensor.Values[index]} at index {index}; weights must be finite");
    }
}
