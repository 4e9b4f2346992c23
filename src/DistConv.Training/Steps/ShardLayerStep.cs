using DistConv.Core.Layers;
using DistConv.Core.Planning;

namespace DistConv.Training.Steps;

/// <summary>
/// A layer that needs all rows of a shard, in a step. On the way forward the stage before it adds up the rows that the layer will read, and on the way back its
/// own stage adds up their gradients, each while the row is in the cache; the last row of a shard works out what the shard has in common. The layer's stage
/// then makes the outputs, and the stage before it the gradients of the inputs.
/// </summary>
internal sealed unsafe class ShardLayerStep : IDisposable
{
    private readonly SampleRows _rows;
    private readonly ShardRows _shards;
    private readonly ShardLayer _layer;
    private readonly ShardGradient _gradient;
    private readonly int[] _missing;
    private readonly int _stride;

    public ShardLayerStep(SampleRows rows, ShardRows shards, ShardLayer layer, int maxShards)
    {
        (_rows, _shards, _layer) = (rows, shards, layer);
        Node = rows.Network.Execution.Nodes[layer.Index];
        _gradient = new ShardGradient(rows.Network, shards, layer, maxShards);
        _missing = new int[maxShards];
        _stride = rows.StateStride(layer.Index);
    }

    /// <summary>The layer in the plan.</summary>
    public NodePlan Node { get; }

    private int Input => Node.Sources[0];

    /// <summary>Before the first row of a pass is added.</summary>
    public void BeginPass()
    {
        for (int i = 0; i < _shards.Present.Count; i++) _missing[i] = _shards.RowsOf(_shards.Present[i]);
    }

    /// <summary>Adds up a row's input.</summary>
    public void AddInput(int row, int thread)
    {
        _layer.SumForward(_rows.Output(Input, row, thread), _rows.OwnState(_layer.Index, row));
        if (IsLast(row, out float* states, out int rows)) _layer.FinishForward(rows, states, _stride);
    }

    /// <summary>Adds up the gradient of a row's output.</summary>
    public void AddGradient(int row, int thread)
    {
        float* input = _rows.Output(Input, row, thread), gradOutput = _rows.Gradient(_layer.Index, row, thread);
        _layer.SumBackward(input, gradOutput, _rows.OwnState(_layer.Index, row));
        if (IsLast(row, out float* states, out int rows)) _layer.FinishBackward(rows, states, _stride, _gradient.Leaf(_rows.Shards[row]));
    }

    /// <summary>The gradient of a row's input, if somebody needs it: after all rows' outputs have been added up.</summary>
    /// <param name="context">The sample.</param>
    /// <param name="row">The row.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="inputs">Room for a pointer.</param>
    /// <param name="gradInputs">Room for a pointer.</param>
    public void Backward(in SampleContext context, int row, int thread, float** inputs, float** gradInputs)
    {
        float* gradOutput = _rows.Gradient(_layer.Index, row, thread);
        if (gradOutput == null || _rows.Gradient(Input, row, thread) == null) return;
        _rows.Backward(_layer, Node, context, row, thread, _rows.RowOf(Node, row, thread, inputs), gradOutput, gradInputs);
    }

    /// <summary>After the forward pass in training: puts what moves the layer's state on into the sums of all subtrees that are present.</summary>
    public void SumMoments(IReadOnlyList<GradientSum> sums) => _gradient.SumMoments(sums, _rows);

    /// <summary>After all rows' gradients have been added up: puts the gradients of the layer's tensors into the sums of all subtrees that are
    /// present.</summary>
    public void SumGradients(IReadOnlyList<GradientSum> sums) => _gradient.SumGradients(sums);

    /// <inheritdoc/>
    public void Dispose() => _gradient.Dispose();

    /// <summary>The decrement orders what the other rows' threads wrote before what the last one reads.</summary>
    private bool IsLast(int row, out float* states, out int rows)
    {
        int shard = _rows.Shards[row];
        rows = _shards.RowsOf(shard);
        states = _rows.OwnState(_layer.Index, _shards.First(shard));
        return Interlocked.Decrement(ref _missing[_shards.Slot(shard)]) == 0;
    }
}
