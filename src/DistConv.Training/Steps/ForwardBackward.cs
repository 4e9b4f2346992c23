using DistConv.Core.Layers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Networks;
using DistConv.Core.Planning;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Forward pass, loss, and the gradients of a number of rows. Neighbouring layers that work sample by sample run as one stage; dense layers run once over all
/// rows.
/// </summary>
internal sealed class ForwardBackward : IDisposable
{
    private readonly SampleRows _rows;
    private readonly ComputePool _pool;
    private readonly Stage[] _stages;
    private readonly ShardLayerStep[] _overShards;
    private readonly LoadWork _load;
    private readonly MixWork _mix;
    private readonly LossWork _loss;
    private readonly PackWork _pack;
    private readonly ShardRows _shards;

    public ForwardBackward(SampleRows rows, ShardRows shards, ComputePool pool, int maxShards)
    {
        _rows = rows;
        _pool = pool;
        _load = new LoadWork(rows);
        _mix = new MixWork(rows, shards);
        _loss = new LossWork(rows);
        _pack = new PackWork(rows.Network);
        _overShards = [.. rows.Network.Layers.OfType<ShardLayer>().Select(layer => new ShardLayerStep(rows, shards, layer, maxShards))];
        _stages = [.. rows.Network.Execution.Stages.Select<StagePlan, Stage>(stage => stage.Phase switch
        {
            LayerPhase.Sample => new SampleStage(rows, shards, stage, _overShards, maxShards),
            LayerPhase.Batch => new DenseStage(rows, shards, (DenseLayer)rows.Network.Layers[stage.Nodes[0]], pool.Threads, maxShards),
            _ => throw new InvalidOperationException($"no stage for layers of phase {stage.Phase}"),
        })];
        _shards = shards;
    }

    /// <summary>Packs the weights for the passes that follow. Only from within a job of the pool.</summary>
    public unsafe void PackWeights(float* parameters)
    {
        _pack.Parameters = parameters;
        _pool.For(_pack.Units, _pack);
    }

    /// <summary>Loads rows 0 … count − 1 and runs them through the network, to logits, losses and hits (and the logits' gradients in training).
    /// <paramref name="loaded"/> is called as soon as they are loaded.</summary>
    public void Forward(IDataset data, int count, uint step, bool training, Faults? faults = null, Action? loaded = null)
    {
        (_load.Data, _load.TrainingStep, _mix.Step) = (data, training ? step : null, step);
        _pool.For(count, _load);
        loaded?.Invoke();
        for (int row = 0; faults is not null && row < count; row++) faults.Poison(_rows, row);
        if (training) _rows.Assign(_shards);
        if (training && _rows.Varied is { Mixes: true }) _pool.For(_shards.Present.Count, _mix);
        foreach (Stage stage in _stages) stage.Forward(_pool, count, step, training);
        _loss.WithGradient = training;
        _pool.For(count, _loss);
    }

    /// <summary>
    /// Gradients for the rows of the last <see cref="Forward"/> in training, from the top down: the last layers' are complete first, and hold most of the
    /// bytes.
    /// </summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="sums">Where the sums of the subtrees go.</param>
    /// <param name="ready">Called after each stage with the float from which on the sums are complete; see <see cref="Network.GradientMilestones"/>.</param>
    public void Backward(int count, IReadOnlyList<GradientSum> sums, Action<int>? ready)
    {
        foreach (ShardLayerStep layer in _overShards) layer.SumMoments(sums);
        for (int i = _stages.Length - 1; i >= 0; i--)
        {
            _stages[i].Backward(_pool, count, sums);
            ready?.Invoke(_rows.Network.GradientMilestones[i]);
        }
    }

    public void Dispose()
    {
        foreach (Stage stage in _stages) stage.Dispose();
        foreach (ShardLayerStep layer in _overShards) layer.Dispose();
    }

    private sealed class LoadWork(SampleRows rows) : IParallelWork
    {
        public IDataset Data { get; set; } = null!;

        /// <summary>The step whose augmentation varies the samples; null: none does.</summary>
        public uint? TrainingStep { get; set; }

        public void Run(int unit, int thread)
        {
            if (TrainingStep is { } step && rows.Varied is { } varied) varied.Load(unit, thread, Data, step);
            else rows.Load(unit, Data);
        }
    }

    /// <summary>Mixes samples with each other; a unit of work is a shard.</summary>
    private sealed class MixWork(SampleRows rows, ShardRows shards) : IParallelWork
    {
        public uint Step { get; set; }

        public void Run(int unit, int thread)
        {
            int shard = shards.Present[unit];
            rows.Varied!.Mix(shard, shards.First(shard), shards.RowsOf(shard), Step, thread);
        }
    }

    private sealed unsafe class LossWork(SampleRows rows) : IParallelWork
    {
        private readonly Layer _last = rows.Network.OutputLayer;

        public bool WithGradient { get; set; }

        public void Run(int unit, int thread)
        {
            float* logits = rows.Output(_last.Index, unit, thread), gradient = WithGradient ? rows.Gradient(_last.Index, unit, thread) : null;
            (double ofLogits, rows.Correct[unit]) = WithGradient
                ? rows.TrainingLoss(unit, thread, logits, gradient)
                : rows.Loss.Evaluation.Of(logits, rows.Labels[unit], rows.Targets(unit), rows.Scratch(thread), gradLogits: null);
            rows.Losses[unit] = WithGradient ? rows.WithPenalties(unit, ofLogits) : ofLogits;
            if (gradient != null && _last.Traits.EndsInRelu) rows.Network.Kernels.ReluGradient(logits, gradient, gradient, rows.Network.Plan.Output.Size);
        }
    }

    private sealed unsafe class PackWork : IParallelWork
    {
        private readonly List<(Layer Layer, int Unit)> _units = [];

        public PackWork(Network network)
        {
            foreach (Layer layer in network.Layers)
            {
                for (int unit = 0; unit < layer.PackUnits; unit++) _units.Add((layer, unit));
            }
        }

        public float* Parameters { get; set; }

        public int Units => _units.Count;

        public void Run(int unit, int thread)
        {
            (Layer layer, int part) = _units[unit];
            layer.Pack(part, Parameters);
        }
    }
}
