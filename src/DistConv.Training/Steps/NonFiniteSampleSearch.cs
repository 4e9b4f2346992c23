using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Planning;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Runs samples through the network and back one by one, with the bits of a training step, and looks at every value on the way. A unit of work is a sample;
/// the first in order that spoils the step is kept. Where layers look at a shard's samples together, the samples are those of one shard, and what the layers
/// worked out for it stands in the rows; then the value that is first on the way counts, since it spoils the other samples behind the next such layer.
/// </summary>
/// <param name="rows">Memory, a row a thread; the weights are packed.</param>
/// <param name="data">The training set.</param>
/// <param name="step">The step.</param>
/// <param name="samples">The samples, in order.</param>
/// <param name="gradients">Memory for the gradient of any one layer's parameters, a buffer a thread.</param>
/// <param name="faults">What a test spoils, or null.</param>
internal sealed unsafe class NonFiniteSampleSearch(
    SampleRows rows, IDataset data, uint step, IReadOnlyList<SearchedSample> samples, FloatBuffer[] gradients, Faults? faults) : IParallelWork
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<Layer> _layers = rows.Network.Layers;
    private readonly bool _isTogether = rows.Network.Layers.Any(layer => layer.Traits.Phase == LayerPhase.Shard);
    private (int Place, int Unit) _first = (int.MaxValue, int.MaxValue);

    /// <summary>The first sample with such a value, or null.</summary>
    public NonFiniteOrigin? Origin { get; private set; }

    /// <inheritdoc/>
    public void Run(int unit, int thread)
    {
        if (!_isTogether && unit > Volatile.Read(ref _first.Unit)) return;
        (int shard, int sample, _) = samples[unit];
        Finding? found = FindFirst(samples[unit], thread);
        if (found is not { } first) return;
        lock (_gate)
        {
            (int Place, int Unit) here = (_isTogether ? first.Place : 0, unit);
            if (here.CompareTo(_first) > 0) return;
            _first = here;
            Origin = new NonFiniteOrigin(step, first.Part, first.Layer?.Plan.Layer.Name, first.Tensor?.Name, shard, sample);
        }
    }

    /// <summary>
    /// The first value that is not finite, if it reaches the loss or a parameter's gradient: what ReLU or dropout takes away again spoils nothing.
    /// </summary>
    private Finding? FindFirst(SearchedSample searched, int thread)
    {
        int sample = searched.Sample;
        Finding? first = Forward(searched, thread);
        Layer last = rows.Network.OutputLayer;
        float* logits = rows.Output(last.Index, thread, thread), gradient = rows.Gradient(last.Index, thread, thread);
        (double loss, _) = rows.TrainingLoss(thread, thread, logits, gradient);
        if (last.Traits.EndsInRelu) rows.Network.Kernels.ReluGradient(logits, gradient, gradient, rows.Network.Plan.Output.Size);
        bool spoils = !double.IsFinite(rows.WithPenalties(thread, loss));
        if (spoils) first ??= new Finding(NonFinitePart.Loss, null, null, _layers.Count);
        for (int i = _layers.Count - 1; i >= 0; i--)
        {
            if (_layers[i].Traits.IsIdentity || rows.Gradient(i, thread, thread) == null) continue;
            if (BadParameter(_layers[i], thread) is { } tensor)
            {
                first ??= new Finding(NonFinitePart.Gradient, _layers[i], tensor, BackwardPlace(i));
                spoils = true;
            }

            if (!Backward(_layers[i], new SampleContext(sample, step, Training: true), thread)) first ??= new Finding(
                NonFinitePart.InputGradient, _layers[i], null, BackwardPlace(i));
        }

        return spoils ? first : null;
    }

    private Finding? Forward(SearchedSample searched, int thread)
    {
        rows.Samples[thread] = searched.Sample;
        if (rows.Varied is { } varied) varied.Load(thread, thread, data, step);
        else rows.Load(thread, data);
        faults?.Poison(rows, thread);
        if (rows.Varied is { Mixes: true } mixed) mixed.MixWith(searched.Partner, thread, searched.Shard, thread, data, step);
        Finding? first = null;
        if (!IsFinite(rows.Output(-1, thread, thread), rows.Network.Plan.Model.Input.Size)) first = new Finding(NonFinitePart.Input, null, null, -1);
        var context = new SampleContext(searched.Sample, step, Training: true);
        float** inputs = stackalloc float*[rows.Network.Execution.MaxInputs];
        foreach (NodePlan node in rows.Network.Execution.Nodes)
        {
            Layer layer = _layers[node.Index];
            float* output = rows.Output(layer.Index, thread, thread);
            if (!node.Traits.IsIdentity) layer.Forward(context, rows.RowOf(node, thread, thread, inputs));
            if (first is null && !IsFinite(output, layer.Plan.Output.Size)) first = new Finding(NonFinitePart.Output, layer, null, layer.Index);
        }

        return first;
    }

    /// <summary>Computes the gradients of a layer's parameters, and gives the first that is not finite.</summary>
    private ParameterTensor? BadParameter(Layer layer, int thread)
    {
        if (layer.Tensors.Count == 0) return null;
        float** inputs = stackalloc float*[rows.Network.Execution.MaxInputs];
        RowMemory row = rows.RowOf(rows.Network.Execution.Nodes[layer.Index], thread, thread, inputs);
        float* gradOutput = rows.Gradient(layer.Index, thread, thread), gradient = gradients[thread].Pointer;
        for (int i = 0; i < layer.Tensors.Count; i++)
        {
            layer.TensorGradient(i, row, gradOutput, gradient);
            if (!IsFinite(gradient, layer.Tensors[i].Length)) return layer.Tensors[i];
        }

        return null;
    }

    /// <summary>Computes the gradients of a layer's inputs, where anybody needs them, and says whether they are finite.</summary>
    private bool Backward(Layer layer, in SampleContext context, int thread)
    {
        int maxInputs = rows.Network.Execution.MaxInputs;
        float** inputs = stackalloc float*[maxInputs], gradInputs = stackalloc float*[maxInputs];
        NodePlan node = rows.Network.Execution.Nodes[layer.Index];
        RowMemory row = rows.RowOf(node, thread, thread, inputs);
        rows.Backward(layer, node, context, thread, thread, row, rows.Gradient(layer.Index, thread, thread), gradInputs);
        bool isFinite = true;
        for (int slot = 0; slot < node.Sources.Count; slot++)
        {
            float* gradInput = rows.Gradient(node.Sources[slot], thread, thread);
            isFinite &= gradInput == null || IsFinite(gradInput, layer.Plan.Inputs[slot].Size);
        }

        return isFinite;
    }

    private bool IsFinite(float* values, long count) => FiniteCheck.AllFinite(rows.Network.Kernels, values, count);

    private int BackwardPlace(int layer) => (2 * _layers.Count) - layer;

    /// <param name="Part">What is not finite.</param>
    /// <param name="Layer">The layer that computed it.</param>
    /// <param name="Tensor">The parameter tensor.</param>
    /// <param name="Place">How far on the way it is.</param>
    private readonly record struct Finding(NonFinitePart Part, Layer? Layer, ParameterTensor? Tensor, int Place);
}

/// <summary>A sample of the step that is looked into.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Sample">The sample.</param>
/// <param name="Partner">The sample that it is mixed with; itself: none.</param>
internal readonly record struct SearchedSample(int Shard, int Sample, int Partner);
