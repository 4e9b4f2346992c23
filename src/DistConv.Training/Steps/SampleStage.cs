using DistConv.Core.Networks;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>
/// Layers that work sample by sample; a unit of work is a row, which runs through all of them while its activations and gradients are in the cache.
/// The weight gradients of its convolutions are part of that: each goes on with its shard's chains when the row before it in the shard has.
/// </summary>
internal sealed unsafe class SampleStage : Stage, IParallelWork
{
    private readonly SampleRows _rows;
    private readonly ShardRows _shards;
    private readonly SampleLayer[] _layers;
    private readonly Conv2DGradient?[] _gradients;
    private readonly bool _recomputesFirst;
    private bool _backward;
    private uint _step;
    private bool _training;

    public SampleStage(SampleRows rows, ShardRows shards, SampleLayer[] layers, int maxShards)
    {
        _rows = rows;
        _shards = shards;
        _layers = layers;
        _recomputesFirst = rows.IsRecomputed(layers[0].Index);
        _gradients = [.. layers.Select(layer => layer is Conv2DLayer conv ? new Conv2DGradient(rows.Network.Kernels, shards, conv, maxShards) : null)];
    }

    public override void Forward(ComputePool pool, int count, uint step, bool training)
    {
        (_backward, _step, _training) = (false, step, training);
        pool.For(count, this);
    }

    public override void Backward(ComputePool pool, int count, IReadOnlyList<GradientSum> sums)
    {
        _backward = true;
        foreach (Conv2DGradient? gradient in _gradients) gradient?.BeginStep();
        pool.For(count, this);
        for (int i = _layers.Length - 1; i >= 0; i--) _gradients[i]?.Finish(pool, sums);
    }

    public void Run(int unit, int thread)
    {
        if (_backward) Backward(_shards.RowByTurns(unit), thread);
        else Forward(unit, thread);
    }

    public override void Dispose()
    {
        foreach (Conv2DGradient? gradient in _gradients) gradient?.Dispose();
    }

    private void Forward(int row, int thread)
    {
        var context = new SampleContext(_rows.Samples[row], _step, _training);
        foreach (SampleLayer layer in _layers) Forward(layer, context, row, thread);
    }

    private void Forward(SampleLayer layer, in SampleContext context, int row, int thread)
    {
        int i = layer.Index;
        layer.Forward(context, _rows.InputOf(i, row, thread), _rows.Output(i, row, thread), _rows.State(i, row), _rows.Scratch(thread));
    }

    private void Backward(ShardRow row, int thread)
    {
        if (_recomputesFirst) Forward(_layers[0], new SampleContext(_rows.Samples[row.Row], _step, true), row.Row, thread);
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            int i = _layers[l].Index;
            float* gradient = _rows.Gradient(i, row.Row, thread), input = _rows.InputOf(i, row.Row, thread);
            if (gradient == null) return;
            _gradients[l]?.Add(row, input, gradient, _rows.Scratch(thread));
            _layers[l].Backward(
                input, _rows.Output(i, row.Row, thread), _rows.State(i, row.Row), gradient, _rows.InputGradientOf(i, row.Row, thread), _rows.Scratch(thread));
        }
    }
}
