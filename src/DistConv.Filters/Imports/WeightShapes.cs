using DistConv.Core;
using DistConv.Filters.Exports;

namespace DistConv.Filters.Imports;

/// <summary>Whether the shapes of a file's tensors are those of a model, and in which layout.</summary>
internal static class WeightShapes
{
    /// <summary>As the file says; else the one that all shapes fit; if both do, as the names sound.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="name">"keras" or "pytorch" where the file says it; otherwise null.</param>
    /// <param name="found">The model's weights and the file's tensors, at least one.</param>
    /// <param name="scope">What a message ends with.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="InvalidInputException">Tensors have other shapes; all of them are listed.</exception>
    public static WeightLayout Layout(string path, string? name, (WeightForm Form, WeightTensor Tensor)[] found, WeightScope scope)
    {
        bool keras = name != "pytorch", pyTorch = name != "keras";
        (WeightForm, WeightTensor)[] misshapen = [.. found.Where(one =>
            !(keras && FitsKeras(one.Form, one.Tensor)) && !(pyTorch && FitsPyTorch(one.Form, one.Tensor)))];
        if (misshapen.Length > 0) throw Misshapen(path, name, misshapen, scope);
        foreach ((WeightForm form, WeightTensor tensor) in found)
        {
            keras &= FitsKeras(form, tensor);
            pyTorch &= FitsPyTorch(form, tensor);
            if (!keras && !pyTorch) throw Misshapen(path, name, [(form, tensor)], scope);
        }

        return keras && (!pyTorch || found[0].Tensor.Name == found[0].Form.KerasName) ? WeightLayout.Keras : WeightLayout.PyTorch;
    }

    private static bool FitsKeras(WeightForm form, WeightTensor tensor) => form.KerasShape.SequenceEqual(tensor.Shape);

    private static bool FitsPyTorch(WeightForm form, WeightTensor tensor) => form.PyTorchShape.SequenceEqual(tensor.Shape);

    private static InvalidInputException Misshapen(string path, string? layout, (WeightForm Form, WeightTensor Tensor)[] tensors, WeightScope scope)
    {
        IEnumerable<string> problems = tensors.Select(one =>
            $"tensor '{one.Tensor.Name}' has the shape {Show(one.Tensor.Shape)}; layer '{one.Form.Layer.Name}' needs {Needed(one.Form, layout)}");
        return new InvalidInputException($"'{path}': {string.Join("; ", problems)}{scope.Remedy}");
    }

    private static string Needed(WeightForm form, string? layout)
    {
        string keras = Show(form.KerasShape), pyTorch = Show(form.PyTorchShape);
        return layout switch
        {
            "keras" => keras,
            "pytorch" => pyTorch,
            _ when keras == pyTorch => keras,
            _ => $"{keras} (Keras's layout) or {pyTorch} (PyTorch's), all tensors in the same layout",
        };
    }

    private static string Show(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
