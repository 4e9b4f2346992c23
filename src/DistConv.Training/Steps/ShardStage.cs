using DistConv.Core.Layers;
using DistConv.Core.Planning;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>
/// A layer that needs all rows of a shard. Each way takes two rounds over the rows, a unit of work each: the first adds up a row, and the last row of a shard
/// to be added up works out what the shard has in common; the second makes the row's output, or the gradient of its input.
/// </summary>
internal sealed unsafe class ShardStage : Stage, IParallelWork
{
    private readonly SampleRows _rows;
    private readonly ShardRows _shards;
    private readonly ShardLayer _layer;
    private readonly NodePlan _node;
    private readonly ShardGradient _gradient;
    private readonly int[] _missing;
    private readonly int _stride;
    private readonly int _maxInputs;
    private Work _task;
    private bool _training;

    public ShardStage(SampleRows rows, ShardRows shards, ShardLayer layer, int maxShards)
    {
        (_rows, _shards, _layer) = (rows, shards, layer);
        _node = rows.Network.Execution.Nodes[layer.Index];
        _gradient = new ShardGradient(rows.Network, shards, layer, maxShards);
        _missing = new int[maxShards];
        _stride = rows.StateStride(layer.Index);
        _maxInputs = rows.Network.Execution.MaxInputs;
    }

    private enum Work
    {
        SumForward,
        Forward,
        SumBackward,
        Backward,
    }

    private int Input => _node.Sources[0];

    public override void Forward(ComputePool pool, int count, uint step, bool training)
    {
        _training = training;
        if (training) Sum(pool, count, Work.SumForward);
        _task = Work.Forward;
        pool.For(count, this);
    }

    public override void SumMoments(IReadOnlyList<GradientSum> sums) => _gradient.SumMoments(sums, _rows);

    public override void Backward(ComputePool pool, int count, IReadOnlyList<GradientSum> sums)
    {
        if (_node.Gradient != Storage.None) Sum(pool, count, Work.SumBackward);
        _gradient.SumGradients(sums);
        if (_rows.Gradient(Input, 0, 0) == null) return;
        _task = Work.Backward;
        pool.For(count, this);
    }

    public void Run(int unit, int thread)
    {
        float* input = _rows.Output(Input, unit, thread);
        switch (_task)
        {
            case Work.SumForward:
                _layer.SumForward(input, _rows.OwnState(_layer.Index, unit));
                EndRow(_rows.Shards[unit]);
                break;
            case Work.Forward:
                Forward(unit, thread);
                break;
            case Work.SumBackward:
                _layer.SumBackward(input, _rows.Gradient(_layer.Index, unit, thread), _rows.OwnState(_layer.Index, unit));
                EndRow(_rows.Shards[unit]);
                break;
            case Work.Backward:
                Backward(unit, thread);
                break;
            default:
                throw new InvalidOperationException($"a layer over a shard has no task {_task}");
        }
    }

    public override void Dispose() => _gradient.Dispose();

    private void Sum(ComputePool pool, int count, Work task)
    {
        _task = task;
        for (int i = 0; i < _shards.Present.Count; i++) _missing[i] = _shards.RowsOf(_shards.Present[i]);
        pool.For(count, this);
    }

    /// <summary>The decrement orders what the other rows' threads wrote before what the last one reads.</summary>
    private void EndRow(int shard)
    {
        if (Interlocked.Decrement(ref _missing[_shards.Slot(shard)]) > 0) return;
        float* states = _rows.OwnState(_layer.Index, _shards.First(shard));
        int rows = _shards.RowsOf(shard);
        if (_task == Work.SumForward) _layer.FinishForward(rows, states, _stride);
        else _layer.FinishBackward(rows, states, _stride, _gradient.Leaf(shard));
    }

    private void Forward(int row, int thread)
    {
        float** inputs = stackalloc float*[_maxInputs];
        _layer.Forward(new SampleContext(_rows.Samples[row], 0, _training), _rows.RowOf(_node, row, thread, inputs));
    }

    private void Backward(int row, int thread)
    {
        float** inputs = stackalloc float*[_maxInputs], gradInputs = stackalloc float*[_maxInputs];
        RowMemory memory = _rows.RowOf(_node, row, thread, inputs);
        var context = new SampleContext(_rows.Samples[row], 0, Training: true);
        _rows.Backward(_layer, _node, context, row, thread, memory, _rows.Gradient(_layer.Index, row, thread), gradInputs);
    }
}
