using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Planning;

namespace DistConv.Core.Networks;

/// <summary>
/// One sample's way through a network as it is used after training (dropout off), with every layer's output kept to be looked at, and the way back to the
/// input. Outputs have the bits of a training or evaluation pass over any number of rows. For one thread; any number of passes may share a network.
/// </summary>
public sealed unsafe class SamplePass : IDisposable
{
    private static readonly SampleContext _inUse = new(0, 0, Training: false);

    private readonly FloatBuffer _memory;
    private readonly float* _input;
    private readonly float*[] _outputs;
    private readonly float*[] _states;
    private readonly float*[] _gradients;
    private readonly float* _contribution;
    private readonly float* _scratch;

    /// <summary>Memory for one sample.</summary>
    /// <param name="network">The network; its weights are packed (<see cref="Network.PackWeights"/>) before <see cref="Forward(ReadOnlySpan{float})"/>. It
    /// outlives this.</param>
    public SamplePass(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
        IReadOnlyList<NodePlan> nodes = network.Execution.Nodes;
        int input = network.Plan.Model.Input.Size;
        long widest = nodes.Max(node => node.Layer.Inputs.Max(shape => (long)shape.Size));
        long scratch = long.Max(network.Plan.Output.Size, network.Layers.Max(layer => layer.ScratchLength));
        long length = (2 * Aligned(input)) + Aligned(widest) + Aligned(scratch) + nodes.Sum(MemoryOf);

        // SAFETY: the blocks below are cut one after another from memory that is exactly as long as their sum, and live as long as this object.
        _memory = new FloatBuffer(length);
        float* next = _memory.Pointer;
        _input = Cut(ref next, input);
        _contribution = Cut(ref next, widest);
        _scratch = Cut(ref next, scratch);
        _outputs = new float*[nodes.Count];
        _states = new float*[nodes.Count];
        _gradients = new float*[nodes.Count + 1];
        _gradients[0] = Cut(ref next, input);
        foreach (NodePlan node in nodes)
        {
            int i = node.Index, size = node.Layer.Output.Size;
            bool isShared = node.Output == Storage.Shared;
            _outputs[i] = isShared ? OutputOf(node.Sources[0]) : Cut(ref next, size);
            _gradients[i + 1] = isShared ? _gradients[node.Sources[0] + 1] : Cut(ref next, size);
            _states[i] = Cut(ref next, node.Traits.StateLength);
        }

        static long MemoryOf(NodePlan node) =>
            ((node.Output == Storage.Shared ? 0 : 2) * Aligned(node.Layer.Output.Size)) + Aligned(node.Traits.StateLength);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The values that the network computes: what goes into the softmax or sigmoid at the end, or the outputs themselves.</summary>
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
        float** inputs = stackalloc float*[Network.Execution.MaxInputs];
        for (int i = 0; i <= last; i++)
        {
            Layer layer = Network.Layers[i];
            if (layer.Traits.IsIdentity) continue;
            layer.Forward(_inUse, RowOf(layer, inputs));
        }
    }

    /// <summary>What a layer gave for the last sample, after its activation, NHWC. Valid until the next <see cref="Forward(ReadOnlySpan{float})"/>.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <returns>As many values as the layer's output has.</returns>
    public ReadOnlySpan<float> Output(int layer) => new(_outputs[layer], Network.Layers[layer].Plan.Output.Size);

    /// <summary>The model's outputs for the last sample: softmax or sigmoid of the <see cref="Logits"/>, or they themselves.</summary>
    /// <param name="outputs">As many values as the model's output has, overwritten.</param>
    public void Outputs(Span<float> outputs)
    {
        ModelPlan plan = Network.Plan;
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs.Length, plan.Output.Size);
        fixed (float* values = outputs) OutputFunction.Of(plan.OutputKind, _outputs[^1], plan.Output.Size, values);
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
        // A layer's gradient is there when the first of its readers, from the last layer down, has written it; the others add.
        Span<bool> isThere = stackalloc bool[layer + 2];
        weights.CopyTo(new Span<float>(_gradients[layer + 1], Network.Layers[layer].Plan.Output.Size));
        isThere[Origin(layer) + 1] = true;
        for (int i = layer; i >= 0; i--)
        {
            if (!Network.Layers[i].Traits.IsIdentity && isThere[i + 1]) Backward(Network.Layers[i], isThere);
        }

        new ReadOnlySpan<float>(_gradients[0], Network.Plan.Model.Input.Size).CopyTo(gradient);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private void Backward(Layer layer, Span<bool> isThere)
    {
        IReadOnlyList<int> sources = layer.Plan.Sources;
        float** inputs = stackalloc float*[sources.Count], gradInputs = stackalloc float*[sources.Count];
        for (int slot = 0; slot < sources.Count; slot++)
        {
            // One input at a time, since all contributions go through the same memory.
            for (int other = 0; other < sources.Count; other++) gradInputs[other] = null;
            int origin = Origin(sources[slot]) + 1;
            gradInputs[slot] = isThere[origin] ? _contribution : _gradients[origin];
            layer.Backward(_inUse, RowOf(layer, inputs), _gradients[layer.Index + 1], gradInputs);
            if (isThere[origin]) Network.Kernels.Add(_contribution, _gradients[origin], layer.Plan.Inputs[slot].Size);
            isThere[origin] = true;
        }
    }

    private RowMemory RowOf(Layer layer, float** inputs)
    {
        for (int slot = 0; slot < layer.Plan.Sources.Count; slot++) inputs[slot] = OutputOf(layer.Plan.Sources[slot]);
        return new RowMemory(inputs, _outputs[layer.Index], _states[layer.Index], _scratch);
    }

    /// <summary>The layer that makes a layer's output: behind layers that change nothing; −1 is the input.</summary>
    private int Origin(int layer)
    {
        while (layer >= 0 && Network.Layers[layer].Traits.IsIdentity) layer = Network.Layers[layer].Plan.Sources[0];
        return layer;
    }

    private float* OutputOf(int source) => source < 0 ? _input : _outputs[source];

    private static float* Cut(ref float* next, long length)
    {
        float* block = next;
        next += Aligned(length);
        return block;
    }

    /// <summary>Whole cache lines of 16 floats.</summary>
    private static long Aligned(long length) => (length + 15) / 16 * 16;
}
