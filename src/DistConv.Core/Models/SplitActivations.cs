using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Softmax;

namespace DistConv.Core.Models;

/// <summary>The layers whose activation has become a layer of its own. Who names such a layer reads its activation.</summary>
internal sealed class SplitActivations
{
    private readonly Dictionary<string, string> _activations = new(StringComparer.Ordinal);

    /// <summary>Whether another layer reads the one at a place.</summary>
    public static bool IsRead(List<LayerSpec> layers, int place) =>
        (place + 1 < layers.Count && layers[place + 1].Inputs.IsEmpty) || layers.Exists(layer => layer.Inputs.Names.Contains(layers[place].Name));

    /// <summary>A layer with an activation that it computes itself; null: it does not, or has one already.</summary>
    public static LayerSpec? Fused(LayerSpec layer, LayerSpec activation) => (layer, activation) switch
    {
        (Conv2DSpec { Activation: Activation.Linear } conv, ReluSpec { IsPlain: true }) => conv with { Activation = Activation.Relu },
        (DenseSpec { Activation: Activation.Linear } dense, ReluSpec { IsPlain: true }) => dense with { Activation = Activation.Relu },
        (DenseSpec { Activation: Activation.Linear } dense, SoftmaxSpec) => dense with { Activation = Activation.Softmax },
        _ => null,
    };

    /// <summary>Notes a layer and its activation, or the last layer that it became; what is noted already stays.</summary>
    public void Add(string layer, string last) => _activations.TryAdd(layer, last);

    /// <summary>What a name stands for.</summary>
    public string Of(string name) => _activations.GetValueOrDefault(name, name);

    /// <summary>Makes all readers read the activations.</summary>
    public void Redirect(List<LayerSpec> layers)
    {
        for (int i = 0; _activations.Count > 0 && i < layers.Count; i++)
        {
            if (!layers[i].Inputs.IsEmpty) layers[i] = layers[i] with { Inputs = [.. layers[i].Inputs.Names.Select(Of)] };
        }
    }
}
