using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Forward pass, loss, and the gradients of a number of rows. Layers that work sample by sample run as one stage; dense layers run once over all rows.
/// </summary>
internal sealed class ForwardBackward : IDisposable
{
    private readonly SampleRows _rows;
    private readonly ComputePool _pool;
    private readonly Stage[] _stages;
    private readonly LoadWork _load;
    private readonly LossWork _loss;
    private readonly PackWork _pack;

    public ForwardBackward(SampleRows rows, ShardRows shards, ComputePool pool, int maxShards)
    {
        _rows = rows;
        _pool = pool;
        _load = new LoadWork(rows);
        _loss = new LossWork(rows);
        _pack = new PackWork(rows.Network);
        var stages = new List<Stage>();
        var samplewise = new List<SampleLayer>();
        foreach (Layer layer in rows.Network.Layers)
        {
            if (layer is SampleLayer sample) samplewise.Add(sample);
            if (layer is not DenseLayer dense) continue;
            AddSampleStage();
            stages.Add(new DenseStage(rows, shards, dense, pool.Threads, maxShards));
        }

        AddSampleStage();
        _stages = [.. stages];

        void AddSampleStage()
        {
            if (samplewise.Any(layer => !layer.IsIdentity)) stages.Add(new SampleStage(rows, shards, [.. samplewise], maxShards));
            samplewise.Clear();
        }
    }

    /// <summary>Packs the weights for the passes that follow. Only from within a job of the pool.</summary>
    public unsafe void PackWeights(float* parameters)
    {
        _pack.Parameters = parameters;
        _pool.For(_pack.Units, _pack);
    }

    /// <summary>Loads rows 0 … count − 1 and runs them through the network, to logits, losses and hits (and the logits' gradients in training).</summary>
    public void Forward(IDataset data, int count, uint step, bool training, Faults? faults = null)
    {
        _load.Data = data;
        _pool.For(count, _load);
        for (int row = 0; faults is not null && row < count; row++) faults.Poison(_rows, row);
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
    /// <param name="tailReady">Called when the gradients from <see cref="Network.HeadLength"/> on are complete.</param>
    public void Backward(int count, IReadOnlyList<GradientSum> sums, Action? tailReady)
    {
        for (int i = _stages.Length - 1; i >= 0; i--)
        {
            if (i == 0) tailReady?.Invoke();
            _stages[i].Backward(_pool, count, sums);
        }
    }

    public void Dispose()
    {
        foreach (Stage stage in _stages) stage.Dispose();
    }

    private sealed class LoadWork(SampleRows rows) : IParallelWork
    {
        public IDataset Data { get; set; } = null!;

        public void Run(int unit, int thread) => rows.Load(unit, Data);
    }

    private sealed unsafe class LossWork(SampleRows rows) : IParallelWork
    {
        private readonly Layer _last = rows.Network.Layers[^1];

        public bool WithGradient { get; set; }

        public void Run(int unit, int thread)
        {
            float* logits = rows.Output(_last.Index, unit, thread), gradient = WithGradient ? rows.Gradient(_last.Index, unit, thread) : null;
            (rows.Losses[unit], rows.Correct[unit]) =
                SoftmaxCrossEntropy.Loss(logits, rows.Network.Plan.Classes, rows.Labels[unit], rows.Scratch(thread), gradient);
            if (gradient != null && _last.EndsInRelu) rows.Network.Kernels.ReluGradient(logits, gradient, rows.Network.Plan.Classes);
        }
    }

    private sealed unsafe class PackWork : IParallelWork
    {
        private readonly List<(Layer Layer, int Unit)> _units = [];

        public PackWork(Network network)
        {
            foreach (Layer layer in network.Layers)
            {
                int units = layer switch { Conv2DLayer => 1, DenseLayer dense => dense.Operator.PackUnits, _ => 0 };
                for (int unit = 0; unit < units; unit++) _units.Add((layer, unit));
            }
        }

        public float* Parameters { get; set; }

        public int Units => _units.Count;

        public void Run(int unit, int thread)
        {
            (Layer layer, int part) = _units[unit];
            if (layer is Conv2DLayer conv) conv.PackWeights(Parameters);
            else ((DenseLayer)layer).PackWeights(part, Parameters);
        }
    }
}
