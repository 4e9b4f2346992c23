using DistConv.Core.Layers;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>A network as a person describes it: an input shape and a list of layers. Two are equal if all of that is.</summary>
/// <remarks>
/// JSON: <c>{"name": "tiny", "input": [28, 28, 1], "layers": [{"type": "conv2d", "filters": 8, "kernel": 3, "activation": "relu"}, {"type": "flatten"},
/// {"type": "dense", "units": 10, "activation": "softmax"}]}</c>. Conv2d takes also strides, padding, kernelInitializer, biasInitializer, useBias and name; see
/// each layer's record for its properties and defaults. Keras's spellings are read too: layer types and arguments of Keras 1 (Convolution2D, nb_filter,
/// border_mode) and of Keras 2 and 3 (Conv2D, filters, padding), and the whole text of a model's <c>to_json()</c>, Sequential or Functional;
/// <see cref="ToJson"/> is the same whatever the spelling.
/// </remarks>
/// <param name="Name">1 to 64 letters, digits, '_', '-' or '.', the first a letter or a digit.</param>
/// <param name="Input">Shape of one sample; not flat.</param>
/// <param name="Layers">The layers from input to output; the last one has a flat output.</param>
public sealed record ModelSpec(string Name, TensorShape Input, IReadOnlyList<LayerSpec> Layers)
{
    /// <summary>Reads and checks a model.</summary>
    /// <param name="json">The JSON text, ours or Keras's, at most 4 MiB in UTF-8.</param>
    /// <param name="sourceName">What messages call it, for example the file's path. Its file name without ending is the model's name if the text has
    /// none.</param>
    /// <returns>A model for which <see cref="Infer"/> succeeds.</returns>
    /// <exception cref="InvalidInputException">The text is not JSON (line and column), not in this vocabulary, or the layers do not fit together.</exception>
    public static ModelSpec Parse(string json, string sourceName) => ModelReading.Parse(json, sourceName).Model;

    /// <summary>A built-in model, or one from a file.</summary>
    /// <param name="nameOrPath">A name of <see cref="BuiltInModels.All"/>, or the path of a .json file.</param>
    /// <returns>A model for which <see cref="Infer"/> succeeds.</returns>
    /// <exception cref="InvalidInputException">There is neither, the file cannot be read, or what <see cref="Parse"/> says.</exception>
    public static ModelSpec Load(string nameOrPath) => ModelReading.Load(nameOrPath).Model;

    /// <summary>
    /// The model in canonical JSON: compact, all properties written, always in the same order, so that equal models have equal texts. Reading it gives an equal
    /// model.
    /// </summary>
    /// <returns>One line of JSON.</returns>
    public string ToJson() => ModelJsonWriter.Write(this);

    /// <summary>Checks the model and works out every shape, parameter count and multiply-add count.</summary>
    /// <returns>The layers with their shapes.</returns>
    /// <exception cref="InvalidInputException">A name, size or setting is outside its range, or two layers do not fit together.</exception>
    public ModelPlan Infer() => ShapeInference.Run(this, $"model {MessageText.Quote(Name)}");

    /// <inheritdoc/>
    public bool Equals(ModelSpec? other) => other is not null && Name == other.Name && Input == other.Input && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        hash.Add(Name);
        hash.Add(Input);
        foreach (LayerSpec layer in Layers) hash.Add(layer);
        return hash.ToHashCode();
    }
}
