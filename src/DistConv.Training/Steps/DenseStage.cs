using DistConv.Core.Buffers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Planning;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>One dense layer over all rows; a unit of work is a slice of outputs (forward) or inputs (backward).</summary>
internal sealed unsafe class DenseStage(SampleRows rows, ShardRows shards, DenseLayer layer, int threads, int maxShards) : Stage, IParallelWork
{
    private readonly DenseGradient? _gradient = layer.Tensors.Count > 0 ? new(rows, shards, layer, threads, maxShards) : null;
    private readonly NodePlan _node = rows.Network.Execution.Nodes[layer.Index];
    private readonly int _input = layer.Plan.Sources[0];
    private Work _task;
    private int _count;

    private enum Work
    {
        Forward,
        InputGradient,
        AddContribution,
    }

    public override void Forward(ComputePool pool, int count, uint step, bool training)
    {
        (_task, _count) = (Work.Forward, count);
        pool.For(layer.Operator.ForwardUnits, this);
    }

    public override void Backward(ComputePool pool, int count, IReadOnlyList<GradientSum> sums)
    {
        _gradient?.Compute(pool, sums);
        if (rows.Gradient(_input, 0, 0) == null) return;
        (_task, _count) = (Work.InputGradient, count);
        pool.For(layer.Operator.InputGradientUnits, this);
        if (!_node.AddsGradients[0]) return;
        _task = Work.AddContribution;
        pool.For(count, this);
    }

    public void Run(int unit, int thread)
    {
        float* input = rows.Output(_input, 0, thread), scratch = rows.Scratch(thread);
        switch (_task)
        {
            case Work.Forward:
                layer.Operator.Forward(unit, _count, input, rows.Output(layer.Index, 0, thread), layer.Traits.EndsInRelu, scratch);
                break;
            case Work.InputGradient:
                float* gradInput = _node.AddsGradients[0] ? rows.RowContribution : rows.Gradient(_input, 0, thread);
                layer.Operator.InputGradient(
                    unit, _count, rows.Gradient(layer.Index, 0, thread), gradInput, layer.AfterRelu ? input : null, scratch);
                break;
            case Work.AddContribution:
                int size = layer.Plan.Input.Size;
                rows.Network.Kernels.Add(rows.RowContribution + ((long)unit * RowStride.Of(size)), rows.Gradient(_input, unit, thread), size);
                break;
            default:
                throw new InvalidOperationException($"a dense layer has no task {_task}");
        }
    }

    public override void Dispose() => _gradient?.Dispose();
}
