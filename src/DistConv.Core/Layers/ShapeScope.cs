using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers;

/// <summary>What a shape rule may ask about the layer's place in its model, and the checks that layers share.</summary>
/// <param name="where">The beginning of each message.</param>
/// <param name="inputs">Shapes of the inputs.</param>
/// <param name="lastNumber">What messages call the last layer.</param>
/// <param name="isLast">Whether this is the last layer.</param>
/// <param name="parameters">Parameters of the layers before.</param>
/// <param name="flattened">The first layer before with a flat output, if there is one.</param>
internal sealed class ShapeScope(
    string where, IReadOnlyList<TensorShape> inputs, int lastNumber, bool isLast, long parameters, LayerPlan? flattened)
{
    /// <summary>The beginning of each message.</summary>
    public string Where => where;

    /// <summary>Shapes of the inputs.</summary>
    public IReadOnlyList<TensorShape> Inputs => inputs;

    /// <summary>Shape of the only input.</summary>
    public TensorShape Input => inputs[0];

    /// <summary>Whether this is the model's last layer.</summary>
    public bool IsLast => isLast;

    /// <summary>The only input, which must be an image.</summary>
    /// <exception cref="InvalidInputException">It is flat.</exception>
    public TensorShape Image(string type)
    {
        if (!Input.IsFlat) return Input;
        string before = flattened is null ? "" : $"; put {type} before {flattened.Layer.Type} '{flattened.Layer.Name}', whose input is {flattened.Input}";
        throw new InvalidInputException($"{where}: needs an input (height, width, channels), but its input is {Input}{before}");
    }

    /// <summary>Checks that a window fits the input.</summary>
    /// <exception cref="InvalidInputException">It is larger.</exception>
    public void CheckWindow(string what, int windowH, int windowW, Padding padding)
    {
        // 'same' lets a window reach over the border on both sides; taps further out than that never meet a value.
        bool same = padding == Padding.Same;
        int maxH = same ? (2 * Input.Height) - 1 : Input.Height;
        int maxW = same ? (2 * Input.Width) - 1 : Input.Width;
        if (windowH <= maxH && windowW <= maxW) return;
        throw new InvalidInputException(
            $"{where}: {what} {windowH}x{windowW} is larger than its input {Input}; with padding '{(same ? "same" : "valid")}' at most {maxH}x{maxW} fits");
    }

    /// <summary>Checks that the model does not get too many parameters, before any product is used as an int.</summary>
    /// <exception cref="InvalidInputException">It would.</exception>
    public void CheckParameters(Int128 fanIn, int outputs, bool useBias)
    {
        Int128 own = (fanIn * outputs) + (useBias ? outputs : 0);
        if (parameters + own <= ModelLimits.MaxParameters) return;
        string before = parameters > 0 ? $" after {parameters:N0} of the layers before it" : "";
        throw new InvalidInputException(
            $"{where}: {outputs:N0} outputs from the input {Input} make {(decimal)own:N0} parameters{before}; a model has at most "
                + $"{ModelLimits.MaxParameters:N0}");
    }

    /// <summary>Checks that the output is not too large.</summary>
    /// <exception cref="InvalidInputException">It is.</exception>
    public void CheckActivation(TensorShape output)
    {
        long values = (long)output.Height * output.Width * output.Channels;
        if (values <= ModelLimits.MaxActivation) return;
        throw new InvalidInputException(
            $"{where}: from the input {Input} it makes an output {output} of {values:N0} values a sample; at most {ModelLimits.MaxActivation:N0} are possible");
    }

    /// <summary>What is wrong with a layer that ends in softmax in another place than the end.</summary>
    public InvalidInputException SoftmaxNotLast() =>
        new($"{where}: only the last layer (layer {lastNumber}), if it is dense, can have a softmax of its own; elsewhere softmax is a layer");
}
