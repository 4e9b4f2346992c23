using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Kernels;

namespace DistConv.Filters.Pictures;

/// <summary>A network's kernels at one time.</summary>
/// <param name="Caption">When: "before training (step 0)".</param>
/// <param name="Layers">The layers, from input to output.</param>
public sealed record KernelMoment(string Caption, IReadOnlyList<LayerKernels> Layers)
{
    /// <summary>Most kernels of a layer that is drawn without being named: 64 filters of 64 channels. Larger ones push everything else out of sight.</summary>
    private const int MaxUnaskedKernels = 64 * 64;

    /// <summary>The layers that are drawn without being named, from input to output.</summary>
    public IReadOnlyList<LayerKernels> SmallLayers => [.. Layers.Where(IsSmall)];

    /// <summary>Chooses layers.</summary>
    /// <param name="names">Names of layers; none: all that have at most 64 × 64 kernels, or the first one if none has.</param>
    /// <param name="model">Name of the model, for messages.</param>
    /// <returns>The chosen layers in the model's order, each once.</returns>
    /// <exception cref="InvalidInputException">There is no such layer, or no convolution.</exception>
    public KernelMoment Choose(IReadOnlyList<string> names, string model)
    {
        LayerKernels[] chosen = LayerNames.Choose(model, "convolution", Layers, layer => layer.Name, names);
        if (chosen.Length == 0) chosen = [.. SmallLayers];
        return this with { Layers = chosen.Length > 0 ? chosen : [Layers[0]] };
    }

    /// <summary>The same layers as another moment has.</summary>
    /// <param name="other">The other moment.</param>
    /// <param name="source">Name of this one's file, for the message.</param>
    /// <returns>This moment with these layers.</returns>
    /// <exception cref="InvalidInputException">This one lacks a layer, or has another shape of it.</exception>
    public KernelMoment Like(KernelMoment other, string source)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with { Layers = [.. other.Layers.Select(Same)] };

        LayerKernels Same(LayerKernels layer) =>
            Layers.FirstOrDefault(mine => mine.Name == layer.Name && mine.Values.Length == layer.Values.Length && mine.Spec.Filters == layer.Spec.Filters)
            ?? throw new InvalidInputException(
                $"'{source}' is of another model: it has no layer '{layer.Name}' of {layer.Shape.KH} × {layer.Shape.KW} × {layer.Shape.InC} × "
                    + $"{layer.Shape.OutC} weights");
    }

    private static bool IsSmall(LayerKernels layer) =>
        layer.Shape.InC * layer.Shape.OutC <= MaxUnaskedKernels && Math.Max(layer.Shape.InC, layer.Shape.OutC) <= KernelPanel.MaxSide;
}
