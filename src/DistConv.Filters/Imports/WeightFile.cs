using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;
using DistConv.Filters.Exports;
using DistConv.Training.Snapshots;

namespace DistConv.Filters.Imports;

/// <summary>Weights for a model from a file: safetensors in either layout, npz, a snapshot, or a file of Keras's.</summary>
public static class WeightFile
{
    private const string WhatToName = $"name a file that ends in .safetensors, .npz, .h5, .keras or {SnapshotFile.Ending}";

    /// <summary>Reads a weight for every place in a model, and no other.</summary>
    /// <param name="path">A file that ends in .safetensors, .npz, .h5, .keras or .dcs.</param>
    /// <param name="plan">The model.</param>
    /// <param name="origin">What the model's layers were in Keras; null: they are called as here.</param>
    /// <returns>All weights, in the order of a snapshot.</returns>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read; a tensor is missing, superfluous or of another shape; a value is not finite.
    /// </exception>
    public static float[] Read(string path, ModelPlan plan, KerasOrigin? origin = null) => Read(path, plan, WeightScope.All, origin);

    /// <summary>As the other, of some of the layers.</summary>
    /// <param name="path">A file that ends in .safetensors, .npz, .h5, .keras or .dcs.</param>
    /// <param name="plan">The model.</param>
    /// <param name="scope">Which layers' weights are read.</param>
    /// <param name="origin">What the model's layers were in Keras; null: they are called as here.</param>
    /// <returns>All weights, in the order of a snapshot; those of other layers are 0.</returns>
    /// <exception cref="InvalidInputException">As above. Of a file of Keras's of which only some layers are read: it has no model.</exception>
    public static float[] Read(string path, ModelPlan plan, WeightScope scope, KerasOrigin? origin = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(scope);
        EnsureExists(path);
        if (KerasWeightFile.Is(path) && scope.Drawn.Count == 0) return KerasWeightFile.Read(path, plan, origin ?? KerasOrigin.Of(plan.Model));
        if (KerasWeightFile.Is(path)) return Read(KerasImport.Read(path, weightsPath: null, input: null).ToSnapshot(default), path, plan, scope);
        try
        {
            using IWeightContainer file = Open(path);
            return Read(path, plan, scope, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"weights '{path}' cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Takes weights out of a snapshot in memory.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="plan">The model.</param>
    /// <param name="scope">Which layers' weights are read.</param>
    /// <returns>All weights, in the order of a snapshot; those of other layers are 0.</returns>
    /// <exception cref="InvalidInputException">A tensor is missing, superfluous or of another shape; a value is not finite.</exception>
    public static float[] Read(Snapshot snapshot, string name, ModelPlan plan, WeightScope scope)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(scope);
        using var weights = SnapshotContainer.Of(snapshot);
        return Read(name, plan, scope, weights);
    }

    /// <summary>Checks that a file is there.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It does not exist; the line says what files can be named.</exception>
    public static void EnsureExists(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new InvalidInputException($"weights '{path}' do not exist; {WhatToName}");
    }

    private static IWeightContainer Open(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".safetensors" => SafetensorsContainer.Open(path),
        ".npz" => NpzContainer.Open(path),
        SnapshotFile.Ending => SnapshotContainer.Open(path),
        _ => throw new InvalidInputException($"weights '{path}': unrecognised file extension; {WhatToName}"),
    };

    /// <summary>Names and shapes first; no more memory than the model's own is allocated, and only once they fit.</summary>
    private static float[] Read(string path, ModelPlan plan, WeightScope scope, IWeightContainer file)
    {
        IReadOnlyList<WeightForm> forms = WeightForm.Of(plan);
        int[] matched = Match(path, plan.Model.Name, forms, scope, file.Tensors);
        (WeightForm Form, WeightTensor Tensor)[] found = [
            .. forms.Zip(matched).Where(one => one.Second >= 0 && !IsOptional(one.First) && !scope.IsDrawn(one.First))
                .Select(one => (one.First, file.Tensors[one.Second]))];
        WeightLayout layout = found.Length == 0 ? WeightLayout.Keras : WeightShapes.Layout(path, file.Layout, found, scope);
        var weights = new float[plan.Parameters + plan.StateValues];
        int start = 0;
        foreach ((WeightForm form, int tensor) in forms.Zip(matched))
        {
            Span<float> values = weights.AsSpan(start, form.Length);
            start += form.Length;
            if (tensor < 0 || scope.IsDrawn(form) || (IsOptional(form) && file.Tensors[tensor].Length != 1)) continue;
            file.Read(tensor, values);
            EnsureFinite(path, file.Tensors[tensor].Name, values);
            if (layout == WeightLayout.PyTorch) form.FromPyTorch(values).CopyTo(values);
        }

        return weights;
    }

    /// <summary>Whether a file need not have a tensor: it is 0 then.</summary>
    private static bool IsOptional(WeightForm form) => form.Role == TensorPlan.Count;

    /// <summary>The index of each place's tensor, by name; −1 for an optional one that the file does not have.</summary>
    private static int[] Match(
        string path, string model, IReadOnlyList<WeightForm> forms, WeightScope scope, IReadOnlyList<WeightTensor> tensors)
    {
        Dictionary<string, int> places = [];
        foreach ((int place, WeightForm form) in forms.Index()) places[form.KerasName] = places[form.PyTorchName] = place;
        int[] matched = [.. Enumerable.Repeat(-1, forms.Count)];
        List<string> superfluous = [], problems = [];
        foreach ((int index, WeightTensor tensor) in tensors.Index())
        {
            if (!places.TryGetValue(tensor.Name, out int place)) superfluous.Add(tensor.Name);
            else if (matched[place] < 0) matched[place] = index;
            else problems.Add(
                $"tensors {MessageText.Quote(tensors[matched[place]].Name)} and {MessageText.Quote(tensor.Name)} are the same weight of model '{model}'; "
                + "leave one out");
        }

        WeightForm[] missing = [.. forms.Where((form, place) => matched[place] < 0 && !IsOptional(form) && !scope.IsDrawn(form))];
        if (superfluous.Count > 0)
        {
            string which = superfluous.Count == 1 ? $"tensor {MessageText.Quote(superfluous[0])} belongs" : $"the tensors {List(superfluous)} belong";
            problems.Add($"{which} to no layer of model '{model}', whose weights are {List(forms.Select(form => form.KerasName))} "
                + $"(or in PyTorch's words {forms[0].PyTorchName}, …)");
        }

        if (missing.Length > 0)
        {
            string which = missing.Length == 1 ? $"tensor '{missing[0].KerasName}' (or '{missing[0].PyTorchName}') of model '{model}' is"
                : $"the tensors {List(missing.Select(form => form.KerasName))} (or '{missing[0].PyTorchName}', …) of model '{model}' are";
            problems.Add($"{which} missing; the file has {List(tensors.Select(tensor => tensor.Name))}");
        }

        return problems.Count == 0 ? matched : throw new InvalidInputException(
            $"'{path}': {string.Join("; ", problems)}", [.. problems.Select(problem => new SettingProblem("weights", problem))]);
    }

    private static string List(IEnumerable<string> names)
    {
        const int Shown = 12;
        string[] all = [.. names];
        string first = string.Join(", ", all.Take(Shown).Select(MessageText.Short));
        return all.Length switch { 0 => "none", > Shown => $"{first} and {all.Length - Shown} more", _ => first };
    }

    private static void EnsureFinite(string path, string tensor, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i])) continue;
            throw new InvalidInputException($"'{path}': tensor '{tensor}' has the value {values[i]} at index {i}; weights must be finite");
        }
    }
}
