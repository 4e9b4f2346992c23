using DistConv.Core.Networks;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>One dense layer over all rows; a unit of work is a slice of outputs (forward) or inputs (backward).</summary>
internal sealed unsafe class DenseStage(SampleRows rows, ShardRows shards, DenseLayer layer, int threads, int maxShards) : Stage, IParallelWork
{
    private readonly DenseGradient _gradient = new(rows, shards, layer, threads, maxShards);
    private bool _backward;
    private int _count;

    public override void Forward(ComputePool pool, int count, uint step, bool training)
    {
        (_backward, _count) = (false, count);
        pool.For(layer.Operator.ForwardUnits, this);
    }

    public override void Backward(ComputePool pool, int count, IReadOnlyList<GradientSum> sums)
    {
        _gradient.Compute(pool, sums);
        if (rows.InputGradientOf(layer.Index, 0, 0) == null) return;
        (_backward, _count) = (true, count);
        pool.For(layer.Operator.InputGradientUnits, this);
    }

    public void Run(int unit, int thread)
    {
        float* input = rows.InputOf(layer.Index, 0, thread), scratch = rows.Scratch(thread);
        if (_backward)
        {
            layer.Operator.InputGradient(
                unit, _count, rows.Gradient(layer.Index, 0, thread), rows.InputGradientOf(layer.Index, 0, thread), layer.AfterRelu ? input : null, scratch);
        }
        else
        {
            layer.Operator.Forward(unit, _count, input, rows.Output(layer.Index, 0, thread), layer.EndsInRelu, scratch);
        }
    }

    public override void Dispose() => _gradient.Dispose();
}
