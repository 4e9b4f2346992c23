using DistConv.Core.Layers;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.Keras;

/// <summary>What a model's weights were in Keras: needed to import them.</summary>
/// <param name="Generation">The generation of Keras: 1, 2 or 3.</param>
/// <param name="Order">The order of channels. Keras 1's kernels with channels first are [out, in, rows, columns], all others [rows, columns, in, out].</param>
/// <param name="Layers">For each layer of the model, in its order.</param>
/// <param name="Models">The models inside the model, in the order of the text.</param>
public sealed record KerasOrigin(int Generation, ChannelOrder Order, IReadOnlyList<KerasLayer> Layers, IReadOnlyList<KerasInnerModel> Models)
{
    /// <summary>What the layers of a model of our own are for Keras: the Sequential of the same layers.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Each layer under its name, with channels last.</returns>
    public static KerasOrigin Of(ModelSpec model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new KerasOrigin(
            3, ChannelOrder.Last, [.. model.Layers.Select(layer => new KerasLayer(layer.Name, [layer.Name], ClassOf(layer.Kind), IsFrozen: false))], []);
    }

    /// <summary>A function that is no layer class of Keras's is its Activation layer's.</summary>
    private static string ClassOf(LayerType type) => type.KerasNames.Count > 0 ? type.KerasNames[0] : KerasVocabulary.ActivationClass;
}

/// <summary>A model inside a model.</summary>
/// <param name="Path">Its name, behind those of the models around it.</param>
/// <param name="ClassName">Its class in Keras.</param>
public sealed record KerasInnerModel(IReadOnlyList<string> Path, string ClassName);

/// <summary>What a layer was in Keras.</summary>
/// <param name="Name">Its name here.</param>
/// <param name="Path">Its name in Keras, behind those of the models around it.</param>
/// <param name="ClassName">Its class in Keras.</param>
/// <param name="IsFrozen">Whether Keras does not train it.</param>
public sealed record KerasLayer(string Name, IReadOnlyList<string> Path, string ClassName, bool IsFrozen)
{
    /// <summary>
    /// Its flat input piece by piece where Keras has it in another order: an image (h, w, c) stands there as c, h, w, a flat piece as here. Weights that belong
    /// to single inputs, such as the rows of a dense kernel, are reordered when they are imported. Empty: the order is the same.
    /// </summary>
    public IReadOnlyList<TensorShape> ChannelsFirst { get; init; } = [];

    /// <summary>For each input, where Keras has its value; empty if the order is the same.</summary>
    /// <returns>Indices in Keras's order.</returns>
    public int[] KerasPlaces()
    {
        List<int> places = [];
        foreach (TensorShape piece in ChannelsFirst)
        {
            int start = places.Count;
            for (int pixel = 0; pixel < piece.Height * piece.Width; pixel++)
            {
                for (int channel = 0; channel < piece.Channels; channel++) places.Add(start + (channel * piece.Height * piece.Width) + pixel);
            }
        }

        return [.. places];
    }
}
