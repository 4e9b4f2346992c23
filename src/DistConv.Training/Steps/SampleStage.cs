using DistConv.Core.Layers;
using DistConv.Core.Planning;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>
/// Layers that work row by row; a unit of work is a row, which runs through all of them while its activations and gradients are in the cache. The gradients of
/// their parameters are part of that: each goes on with its shard's chains when the row before it in the shard has. So is what layers over a shard add up:
/// those of the next stage their inputs, those of this stage the gradients of their outputs.
/// </summary>
internal sealed unsafe class SampleStage : Stage, IParallelWork
{
    private readonly SampleRows _rows;
    private readonly ShardRows _shards;
    private readonly Member[] _members;
    private readonly Member[] _forward;
    private readonly ShardLayerStep[] _next;
    private readonly int _maxInputs;
    private bool _backward;
    private uint _step;
    private bool _training;

    public SampleStage(SampleRows rows, ShardRows shards, StagePlan plan, IReadOnlyList<ShardLayerStep> overShards, int maxShards)
    {
        (_rows, _shards, _maxInputs) = (rows, shards, rows.Network.Execution.MaxInputs);
        _members = [.. plan.Nodes.Select(index =>
        {
            Layer layer = rows.Network.Layers[index];
            ChainedGradient? gradient = layer is SampleLayer { Tensors.Count: > 0 } learning
                ? new ChainedGradient(rows.Network.Kernels, shards, learning, maxShards) : null;
            return new Member(layer, rows.Network.Execution.Nodes[index], gradient, overShards.FirstOrDefault(step => step.Node.Index == index));
        })];
        HashSet<int> fused = [.. _members.SelectMany(member => member.Node.Epilogue?.Nodes ?? [])];
        _forward = [.. _members.Where(member => !fused.Contains(member.Node.Index))];
        _next = [.. plan.Sums.Select(index => overShards.First(step => step.Node.Index == index))];
    }

    public override void Forward(ComputePool pool, int count, uint step, bool training)
    {
        (_backward, _step, _training) = (false, step, training);
        foreach (ShardLayerStep layer in training ? _next : []) layer.BeginPass();
        pool.For(count, this);
    }

    public override void Backward(ComputePool pool, int count, IReadOnlyList<GradientSum> sums)
    {
        _backward = true;
        foreach (Member member in _members)
        {
            member.Gradient?.BeginStep();
            member.OverShard?.BeginPass();
        }

        pool.For(count, this);
        for (int i = _members.Length - 1; i >= 0; i--)
        {
            _members[i].Gradient?.Finish(pool, sums);
            _members[i].OverShard?.SumGradients(sums);
        }
    }

    public void Run(int unit, int thread)
    {
        if (_backward) Backward(_shards.RowByTurns(unit), thread);
        else Forward(unit, thread);
    }

    public override void Dispose()
    {
        foreach (Member member in _members) member.Gradient?.Dispose();
    }

    private void Forward(int row, int thread)
    {
        var context = new SampleContext(_rows.Samples[row], _step, _training);
        float** inputs = stackalloc float*[_maxInputs];
        foreach (Member member in _forward)
        {
            if (member.Node.Epilogue is { } epilogue) _rows.Forward((ShardLayer)member.Layer, member.Node, epilogue, context, row, thread, inputs);
            else member.Layer.Forward(context, _rows.RowOf(member.Node, row, thread, inputs));
        }

        if (!_training) return;
        foreach (ShardLayerStep layer in _next) layer.AddInput(row, thread);
    }

    private void Backward(ShardRow row, int thread)
    {
        var context = new SampleContext(_rows.Samples[row.Row], _step, true);
        float** inputs = stackalloc float*[_maxInputs], gradInputs = stackalloc float*[_maxInputs];
        for (int i = _next.Length - 1; i >= 0; i--) _next[i].Backward(context, row.Row, thread, inputs, gradInputs);
        foreach (Member member in _members)
        {
            if (member.Node.IsRecomputed) member.Layer.Forward(context, _rows.RowOf(member.Node, row.Row, thread, inputs));
        }

        for (int i = _members.Length - 1; i >= 0; i--)
        {
            (Layer layer, NodePlan node, ChainedGradient? gradient, ShardLayerStep? overShard) = _members[i];
            float* gradOutput = _rows.Gradient(node.Index, row.Row, thread);
            if (gradOutput == null) continue;
            if (overShard is not null)
            {
                overShard.AddGradient(row.Row, thread);
                continue;
            }

            RowMemory memory = _rows.RowOf(node, row.Row, thread, inputs);
            gradient?.Add(row, memory, gradOutput);
            _rows.Backward(layer, node, context, row.Row, thread, memory, gradOutput, gradInputs);
        }
    }

    private readonly record struct Member(Layer Layer, NodePlan Node, ChainedGradient? Gradient, ShardLayerStep? OverShard);
}
