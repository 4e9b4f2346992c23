using DistConv.Core.Buffers;

namespace DistConv.Core.Networks;

/// <summary>
/// One sample's way through a network as it is used after training (dropout off), with every layer's output kept to be looked at, and the way back to the
/// input. Outputs have the bits of a training or evaluation pass over any number of rows. For one thread; any number of passes may share a network.
/// </summary>
public sealed unsafe class SamplePass : IDisposable
{
    private readonly FloatBuffer _memory;
    private readonly float* _input;
    private readonly float*[] _outputs;
    private readonly float*[] _states;
    private readonly float* _gradient;
    private readonly float* _gradInput;
    private readonly float* _scratch;

    /// <summary>Memory for one sample.</summary>
    /// <param name="network">The network; its weights are packed (<see cref="Network.PackWeights"/>) before <see cref="Forward(ReadOnlySpan{float})"/>. It
    /// outlives this.</param>
    public SamplePass(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
        IReadOnlyList<Layer> layers = network.Layers;
        long widest = layers.Max(layer => long.Max(layer.Plan.Input.Size, layer.Plan.Output.Size));
        long scratch = long.Max(network.Plan.Classes, layers.Max(layer => layer.ScratchLength));
        long length = Aligned(network.Plan.Model.Input.Size) + (2 * Aligned(widest)) + Aligned(scratch)
            + layers.Sum(layer => Aligned(layer.Plan.Output.Size) + Aligned(StateLength(layer)));

        // SAFETY: the blocks below are cut one after another from memory that is exactly as long as their sum, and live as long as this object.
        _memory = new FloatBuffer(length);
        float* next = _memory.Pointer;
        _input = Cut(ref next, network.Plan.Model.Input.Size);
        _gradient = Cut(ref next, widest);
        _gradInput = Cut(ref next, widest);
        _scratch = Cut(ref next, scratch);
        _outputs = new float*[layers.Count];
        _states = new float*[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            float* output = Cut(ref next, layers[i].Plan.Output.Size);
            _outputs[i] = layers[i].IsIdentity ? InputOf(i) : output;
            _states[i] = Cut(ref next, StateLength(layers[i]));
        }
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The output of the last layer: what goes into softmax, a value for each class.</summary>
    public ReadOnlySpan<float> Logits => Output(Network.Layers.Count - 1);

    /// <summary>Runs a sample through all layers.</summary>
    /// <param name="input">Height × width × channels values, as the network was trained on (pixels 0 … 1).</param>
    /// <exception cref="ArgumentException">There are more or fewer values than the network takes.</exception>
    public void Forward(ReadOnlySpan<float> input) => Forward(input, Network.Layers.Count - 1);

    /// <summary>Runs a sample through the layers up to one of them.</summary>
    /// <param name="input">Height × width × channels values, as the network was trained on (pixels 0 … 1).</param>
    /// <param name="last">Index of the last layer; what lies behind it keeps the values of an earlier sample.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than the network takes.</exception>
    public void Forward(ReadOnlySpan<float> input, int last)
    {
        if (input.Length != Network.Plan.Model.Input.Size)
            throw new ArgumentException($"the network takes {Network.Plan.Model.Input.Size} values, and these are {input.Length}", nameof(input));
        input.CopyTo(new Span<float>(_input, input.Length));
        var context = new SampleContext(0, 0, Training: false);
        for (int i = 0; i <= last; i++)
        {
            Layer layer = Network.Layers[i];
            if (layer is SampleLayer samplewise)
            {
                samplewise.Forward(context, InputOf(i), _outputs[i], _states[i], _scratch);
                continue;
            }

            var dense = (DenseLayer)layer;
            for (int unit = 0; unit < dense.Operator.ForwardUnits; unit++)
                dense.Operator.Forward(unit, 1, InputOf(i), _outputs[i], dense.EndsInRelu, _scratch);
        }
    }

    /// <summary>What a layer gave for the last sample, after its activation, NHWC. Valid until the next <see cref="Forward(ReadOnlySpan{float})"/>.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <returns>As many values as the layer's output has.</returns>
    public ReadOnlySpan<float> Output(int layer) => new(_outputs[layer], Network.Layers[layer].Plan.Output.Size);

    /// <summary>Softmax of <see cref="Logits"/>.</summary>
    /// <param name="probabilities">A value for each class, overwritten.</param>
    public void Probabilities(Span<float> probabilities)
    {
        int classes = Network.Plan.Classes;
        ArgumentOutOfRangeException.ThrowIfLessThan(probabilities.Length, classes);
        fixed (float* values = probabilities) SoftmaxCrossEntropy.Probabilities(_outputs[^1], classes, values);
    }

    /// <summary>
    /// The gradient with respect to the input, for the last sample, of a weighted sum of a layer's values. Where the layer ends in ReLU, the sum is over the
    /// values <i>before</i> it, so that a silent unit has a gradient, too.
    /// </summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="weights">The weight of each of the layer's values.</param>
    /// <param name="gradient">As many values as the input has, overwritten.</param>
    public void InputGradient(int layer, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        float* gradOutput = _gradient, gradInput = _gradInput;
        weights.CopyTo(new Span<float>(gradOutput, Network.Layers[layer].Plan.Output.Size));
        for (int i = layer; i >= 0; i--)
        {
            if (Network.Layers[i].IsIdentity) continue;
            Backward(Network.Layers[i], gradOutput, gradInput);
            float* done = gradInput;
            gradInput = gradOutput;
            gradOutput = done;
        }

        new ReadOnlySpan<float>(gradOutput, Network.Plan.Model.Input.Size).CopyTo(gradient);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private void Backward(Layer layer, float* gradOutput, float* gradInput)
    {
        int i = layer.Index;
        float* input = InputOf(i);
        switch (layer)
        {
            case DropoutLayer: // It let everything pass.
                new ReadOnlySpan<float>(gradOutput, layer.Plan.Output.Size).CopyTo(new Span<float>(gradInput, layer.Plan.Output.Size));
                if (layer.AfterRelu) Network.Kernels.ReluGradient(input, gradInput, layer.Plan.Input.Size);
                break;
            case SampleLayer samplewise:
                samplewise.Backward(input, _outputs[i], _states[i], gradOutput, gradInput, _scratch);
                break;
            case DenseLayer dense:
                for (int unit = 0; unit < dense.Operator.InputGradientUnits; unit++)
                    dense.Operator.InputGradient(unit, 1, gradOutput, gradInput, layer.AfterRelu ? input : null, _scratch);
                break;
        }
    }

    private float* InputOf(int layer) => layer == 0 ? _input : _outputs[layer - 1];

    private static int StateLength(Layer layer) => layer is SampleLayer samplewise ? samplewise.StateLength : 0;

    private static float* Cut(ref float* next, long length)
    {
        float* block = next;
        next += Aligned(length);
        return block;
    }

    /// <summary>Whole cache lines of 16 floats.</summary>
    private static long Aligned(long length) => (length + 15) / 16 * 16;
}
