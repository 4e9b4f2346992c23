using System.Runtime.InteropServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Models;
using DistConv.Core.Networks;

namespace DistConv.Core.Tests.Networks;

/// <summary>One training step's forward and backward pass of a network over a few samples, written with its public pieces only.</summary>
internal sealed unsafe class FloatNetRun : IDisposable
{
    private readonly Network _network;
    private readonly int _rows;
    private readonly FloatBuffer _input;
    private readonly FloatBuffer[] _outputs;
    private readonly FloatBuffer[] _gradients;
    private readonly FloatBuffer[] _states;
    private readonly FloatBuffer _scratch;
    private readonly FloatBuffer _parameters;

    public FloatNetRun(ModelSpec model, KernelSet kernels, float[][] samples, int[] labels, ReadOnlySpan<float> parameters, bool training = true)
    {
        _rows = samples.Length;
        _network = new Network(model, kernels, seed: 7);
        _input = new FloatBuffer((long)_rows * samples[0].Length);
        for (int n = 0; n < _rows; n++) samples[n].CopyTo(_input.Span[(n * samples[0].Length)..]);
        _outputs = [.. _network.Layers.Select(layer => new FloatBuffer((long)_rows * layer.Plan.Output.Size))];
        _gradients = [.. _network.Layers.Select(layer => new FloatBuffer((long)_rows * layer.Plan.Output.Size))];
        _states = [.. _network.Layers.Select(layer => new FloatBuffer((long)_rows * (layer.Traits.StateLength)))];
        _scratch = new FloatBuffer(long.Max(_network.Layers.Max(layer => layer.ScratchLength), _network.Plan.Output.Size));
        _parameters = new FloatBuffer(_network.TensorLength);
        _network.Initialize(_parameters.Span, seed: 7);
        parameters.CopyTo(_parameters.Span);
        Gradient = new float[_network.ParameterCount];
        foreach (Layer layer in _network.Layers) Forward(layer, training);
        LossFunction function = LossFunction.Create(null, _network.Plan, 3);
        for (int n = 0; n < _rows; n++)
        {
            int last = _network.Layers.Count - 1;
            float* gradient = GradientOf(last, n);
            (double loss, _) = function.Of(Output(last, n), labels[n], _scratch.Pointer, gradient);
            if (_network.OutputLayer.Traits.EndsInRelu) kernels.ReluGradient(Output(last, n), gradient, gradient, _network.Plan.Output.Size);
            Loss += loss;
        }

        for (int i = _network.Layers.Count - 1; i >= 0; i--) Backward(_network.Layers[i]);
    }

    /// <summary>Sum over the samples.</summary>
    public double Loss { get; }

    /// <summary>Of all parameters, summed over the samples.</summary>
    public float[] Gradient { get; }

    /// <summary>The mask of a dropout layer, as factors.</summary>
    public double[][] DropoutFactors(int layer)
    {
        double rate = ((DropoutSpec)_network.Plan.Layers[layer].Layer).Rate;
        int size = _network.Layers[layer].Plan.Output.Size, stateLength = _network.Layers[layer].Traits.StateLength;
        return [.. Enumerable.Range(0, _rows).Select(row =>
        {
            byte[] mask = MemoryMarshal.AsBytes(_states[layer].Span.Slice(row * stateLength, stateLength)).ToArray();
            return Enumerable.Range(0, size).Select(i => (mask[i / 8] >> (i % 8) & 1) / (1 - rate)).ToArray();
        })];
    }

    /// <summary>Last layer's output of a sample.</summary>
    public float[] Logits(int sample) => new Span<float>(Output(_network.Layers.Count - 1, sample), _network.Plan.Output.Size).ToArray();

    public void Dispose()
    {
        foreach (FloatBuffer buffer in (FloatBuffer[])[_input, _scratch, _parameters, .. _outputs, .. _gradients, .. _states]) buffer.Dispose();
        _network.Dispose();
    }

    /// <summary>An identity layer shares its input's memory.</summary>
    private float* Output(int layer, int row) => layer < 0
        ? _input.Pointer + ((long)row * _network.Layers[0].Plan.Input.Size)
        : _network.Layers[layer].Traits.IsIdentity ? Output(layer - 1, row) : _outputs[layer].Pointer + ((long)row * _network.Layers[layer].Plan.Output.Size);

    private float* GradientOf(int layer, int row)
    {
        if (layer < 0) return null;
        if (_network.Layers[layer].Traits.IsIdentity) return GradientOf(layer - 1, row);
        return _gradients[layer].Pointer + ((long)row * _network.Layers[layer].Plan.Output.Size);
    }

    private RowMemory RowOf(Layer layer, int row, float** input)
    {
        *input = Output(layer.Index - 1, row);
        float* state = _states[layer.Index].Pointer + (layer is ShardLayer ? 0 : (long)row * layer.Traits.StateLength);
        return new RowMemory(input, Output(layer.Index, row), state, _scratch.Pointer);
    }

    private void Forward(Layer layer, bool training)
    {
        int i = layer.Index;
        for (int unit = 0; unit < layer.PackUnits; unit++) layer.Pack(unit, _parameters.Pointer);
        if (layer is DenseLayer dense)
        {
            for (int unit = 0; unit < dense.Operator.ForwardUnits; unit++)
                dense.Operator.Forward(unit, _rows, Output(i - 1, 0), Output(i, 0), dense.Traits.EndsInRelu, _scratch.Pointer);
            return;
        }

        float* input;
        if (layer is ShardLayer shard && training)
        {
            int stride = shard.Traits.StateLength;
            for (int n = 0; n < _rows; n++) shard.SumForward(Output(i - 1, n), _states[i].Pointer + ((long)n * stride));
            shard.FinishForward(_rows, _states[i].Pointer, stride);
        }

        for (int n = 0; n < _rows; n++) layer.Forward(new SampleContext(100 + n, 3, training), RowOf(layer, n, &input));
    }

    private void Backward(Layer layer)
    {
        if (layer is DenseLayer dense) BackwardDense(dense);
        if (layer is ShardLayer shard) BackwardShard(shard);
        if (layer is not SampleLayer sample) return;
        int i = layer.Index;
        float* input;
        fixed (float* gradient = Gradient)
        {
            for (int n = 0; n < _rows; n++)
            {
                RowMemory row = RowOf(layer, n, &input);
                float* gradInput = layer.Plan.NeedsInputGradient ? GradientOf(i - 1, n) : null;
                sample.Backward(new SampleContext(100 + n, 3, Training: true), row, GradientOf(i, n), &gradInput);
                for (int unit = 0; unit < sample.GradientUnits; unit++)
                    sample.AddGradient(unit, row, GradientOf(i, n), gradient + layer.Tensors[0].Offset, accumulate: n > 0);
            }
        }
    }

    /// <summary>The rows are one shard.</summary>
    private void BackwardShard(ShardLayer layer)
    {
        int i = layer.Index, stride = layer.Traits.StateLength;
        for (int n = 0; n < _rows; n++) layer.SumBackward(Output(i - 1, n), GradientOf(i, n), _states[i].Pointer + ((long)n * stride));
        fixed (float* gradient = Gradient)
            layer.FinishBackward(_rows, _states[i].Pointer, stride, gradient + (layer.Tensors is [var first, ..] ? first.Offset : 0));
        float* input;
        for (int n = 0; n < _rows; n++)
        {
            RowMemory row = RowOf(layer, n, &input);
            float* gradInput = layer.Plan.NeedsInputGradient ? GradientOf(i - 1, n) : null;
            layer.Backward(new SampleContext(100 + n, 3, Training: true), row, GradientOf(i, n), &gradInput);
        }
    }

    private void BackwardDense(DenseLayer dense)
    {
        int i = dense.Index, block = dense.Operator.WeightGradientRows;
        float* g = GradientOf(i, 0);
        for (int unit = 0; dense.Plan.NeedsInputGradient && unit < dense.Operator.InputGradientUnits; unit++)
            dense.Operator.InputGradient(unit, _rows, g, GradientOf(i - 1, 0), dense.AfterRelu ? Output(i - 1, 0) : null, _scratch.Pointer);
        fixed (float* gradient = Gradient)
        {
            for (int first = 0; first < dense.Plan.Input.Size; first += block)
            {
                int count = int.Min(block, dense.Plan.Input.Size - first);
                float* destination = gradient + dense.Kernel!.Offset + (first * dense.Plan.Output.Size);
                dense.Operator.WeightGradient(first, count, _rows, Output(i - 1, 0), g, destination, add: false, _scratch.Pointer);
            }

            if (dense.Bias is { } bias) _network.Kernels.AddRows(g, _rows, bias.Length, bias.Length, gradient + bias.Offset);
        }
    }
}
