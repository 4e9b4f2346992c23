using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Runs samples through the network and back one by one, with the bits of a training step, and looks at every value on the way. A unit of work is a sample;
/// the first in order that spoils the step is kept.
/// </summary>
/// <param name="rows">Memory, a row a thread; the weights are packed.</param>
/// <param name="data">The training set.</param>
/// <param name="step">The step.</param>
/// <param name="samples">The samples, in order, each with its shard.</param>
/// <param name="gradients">Memory for the gradient of any one layer's parameters, a buffer a thread.</param>
/// <param name="faults">What a test spoils, or null.</param>
internal sealed unsafe class NonFiniteSampleSearch(
    SampleRows rows, IDataset data, uint step, IReadOnlyList<(int Shard, int Sample)> samples, FloatBuffer[] gradients, Faults? faults) : IParallelWork
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<Layer> _layers = rows.Network.Layers;
    private int _first = int.MaxValue;

    /// <summary>The first sample with such a value, or null.</summary>
    public NonFiniteOrigin? Origin { get; private set; }

    /// <inheritdoc/>
    public void Run(int unit, int thread)
    {
        if (unit > Volatile.Read(ref _first)) return;
        (int shard, int sample) = samples[unit];
        Finding? found = FindFirst(sample, thread);
        if (found is not { } first) return;
        lock (_gate)
        {
            if (unit > _first) return;
            _first = unit;
            Origin = new NonFiniteOrigin(step, first.Part, first.Layer?.Plan.Layer.Name, first.Tensor?.Name, shard, sample);
        }
    }

    /// <summary>
    /// The first value that is not finite, if it reaches the loss or a parameter's gradient: what ReLU or dropout takes away again spoils nothing.
    /// </summary>
    private Finding? FindFirst(int sample, int thread)
    {
        Finding? first = Forward(sample, thread);
        Layer last = _layers[^1];
        float* logits = rows.Output(last.Index, thread, thread), gradient = rows.Gradient(last.Index, thread, thread);
        int classes = rows.Network.Plan.Classes;
        (double loss, _) = SoftmaxCrossEntropy.Loss(logits, classes, rows.Labels[thread], rows.Scratch(thread), gradient);
        if (last.EndsInRelu) rows.Network.Kernels.ReluGradient(logits, gradient, classes);
        bool spoils = !double.IsFinite(loss);
        if (spoils) first ??= new Finding(NonFinitePart.Loss, null, null);
        for (int i = _layers.Count - 1; i >= 0 && rows.Gradient(i, thread, thread) != null; i--)
        {
            if (BadParameter(_layers[i], thread) is { } tensor)
            {
                first ??= new Finding(NonFinitePart.Gradient, _layers[i], tensor);
                spoils = true;
            }

            if (!Backward(_layers[i], thread)) first ??= new Finding(NonFinitePart.InputGradient, _layers[i], null);
        }

        return spoils ? first : null;
    }

    private Finding? Forward(int sample, int thread)
    {
        rows.Samples[thread] = sample;
        rows.Load(thread, data);
        faults?.Poison(rows, thread);
        Finding? first = null;
        if (!IsFinite(rows.InputOf(0, thread, thread), rows.Network.Plan.Model.Input.Size)) first = new Finding(NonFinitePart.Input, null, null);
        var context = new SampleContext(sample, step, Training: true);
        foreach (Layer layer in _layers)
        {
            float* input = rows.InputOf(layer.Index, thread, thread), output = rows.Output(layer.Index, thread, thread), scratch = rows.Scratch(thread);
            if (layer is SampleLayer samplewise) samplewise.Forward(context, input, output, rows.State(layer.Index, thread), scratch);
            if (layer is DenseLayer dense)
            {
                for (int unit = 0; unit < dense.Operator.ForwardUnits; unit++) dense.Operator.Forward(unit, 1, input, output, dense.EndsInRelu, scratch);
            }

            if (first is null && !IsFinite(output, layer.Plan.Output.Size)) first = new Finding(NonFinitePart.Output, layer, null);
        }

        return first;
    }

    /// <summary>Computes the gradients of a layer's parameters, and gives the first that is not finite.</summary>
    private ParameterTensor? BadParameter(Layer layer, int thread)
    {
        if (layer.Kernel is not { } kernel) return null;
        float* input = rows.InputOf(layer.Index, thread, thread), gradOutput = rows.Gradient(layer.Index, thread, thread);
        float* gradient = gradients[thread].Pointer, scratch = rows.Scratch(thread);
        int outputs = layer.Plan.Output.Channels;
        if (layer is Conv2DLayer conv)
        {
            for (int unit = 0; unit < conv.Operator.WeightGradientUnits; unit++)
                conv.Operator.WeightGradient(unit, input, gradOutput, gradient, accumulate: false, scratch);
        }
        else if (layer is DenseLayer dense)
        {
            int inputs = layer.Plan.Input.Size, block = dense.Operator.WeightGradientRows;
            for (int first = 0; first < inputs; first += block)
            {
                float* destination = gradient + ((long)first * outputs);
                dense.Operator.WeightGradient(first, int.Min(block, inputs - first), 1, input, gradOutput, destination, add: false, scratch);
            }
        }

        if (!IsFinite(gradient, kernel.Length)) return kernel;
        if (layer.Bias is not { } bias) return null;
        new Span<float>(gradient, bias.Length).Clear();
        rows.Network.Kernels.AddRows(gradOutput, layer.Plan.Output.Size / outputs, outputs, outputs, gradient);
        return IsFinite(gradient, bias.Length) ? null : bias;
    }

    /// <summary>Computes the gradient of a layer's input, if anybody needs it, and says whether it is finite.</summary>
    private bool Backward(Layer layer, int thread)
    {
        int i = layer.Index;
        float* gradInput = rows.InputGradientOf(i, thread, thread);
        if (gradInput == null) return true;
        float* input = rows.InputOf(i, thread, thread), gradOutput = rows.Gradient(i, thread, thread), scratch = rows.Scratch(thread);
        if (layer is SampleLayer samplewise)
        {
            samplewise.Backward(input, rows.Output(i, thread, thread), rows.State(i, thread), gradOutput, gradInput, scratch);
        }
        else if (layer is DenseLayer dense)
        {
            float* rectified = layer.AfterRelu ? input : null;
            for (int unit = 0; unit < dense.Operator.InputGradientUnits; unit++) dense.Operator.InputGradient(
                unit, 1, gradOutput, gradInput, rectified, scratch);
        }

        return IsFinite(gradInput, layer.Plan.Input.Size);
    }

    private bool IsFinite(float* values, long count) => FiniteCheck.AllFinite(rows.Network.Kernels, values, count);

    private readonly record struct Finding(NonFinitePart Part, Layer? Layer, ParameterTensor? Tensor);
}
