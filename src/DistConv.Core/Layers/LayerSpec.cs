using DistConv.Core.Layers.Rules;

namespace DistConv.Core.Layers;

/// <summary>One layer as a person describes it, in Keras's vocabulary. Sizes are checked when shapes are inferred, not here.</summary>
/// <param name="Name">Unique in its model: 1 to 64 letters, digits, '_', '-' or '.', the first a letter or a digit. Default in JSON: conv1, conv2, dense1
/// ….</param>
public abstract record LayerSpec(string Name)
{
    /// <summary>What it is: its settings, its shape rule, its operators.</summary>
    public abstract LayerType Kind { get; }

    /// <summary>The names of the layers whose outputs it reads; none (the default): the layer before it in the model, or the model's input.</summary>
    public LayerInputs Inputs { get; init; }

    /// <summary>Whether its tensors are trained; true by default. A frozen layer keeps the bits of all of its tensors, and computes in training as it does in
    /// use. Of a layer without tensors it means nothing.</summary>
    public bool IsTrainable { get; init; } = true;

    /// <summary>The penalties and constraints of its tensors; none by default.</summary>
    public TensorRules Rules { get; init; }

    /// <summary>What its output means where a model ends with it: probabilities if a softmax or a sigmoid is the last thing that it does.</summary>
    public virtual OutputKind EndsAs => OutputKind.Values;

    /// <summary>Whether the loss of a sample in training has a penalty that this layer works out: see <see cref="Layer.Penalty"/>.</summary>
    public virtual bool AddsPenalty => false;

    /// <summary>Whether a picture stays one in the same scale of values.</summary>
    internal virtual bool KeepsPixels => false;

    /// <summary>By what the layer multiplies each channel, where that is all that its output depends on beside offsets; none: it does something else.</summary>
    internal virtual ChannelValues Factors => default;

    /// <summary>The same layer with another number of output channels or units.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>Null if their number is no setting of the layer: it follows from the input.</returns>
    internal virtual LayerSpec? WithOutputs(int count) => null;

    /// <summary>The same layer where its settings count axes as a model with channels first does: 1 channels, 2 height, 3 width.</summary>
    /// <returns>A layer whose settings count them with channels last.</returns>
    internal virtual LayerSpec FromChannelsFirst() => this;

    /// <summary>The layer's type as JSON spells it, for example "conv2d".</summary>
    public string Type => Kind.Name;
}
