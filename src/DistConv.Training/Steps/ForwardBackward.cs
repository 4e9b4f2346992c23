using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Forward pass, loss and activation gradients of a number of rows. Layers that work sample by sample run as one stage a sample, so that a sample's
/// activations stay in the cache; dense layers run once over all rows.
/// </summary>
internal sealed class ForwardBackward
{
    private readonly Network _network;
    private readonly ComputePool _pool;
    private readonly Stage[] _stages;
    private readonly LoadWork _load;
    private readonly LossWork _loss;
    private readonly PackWork _pack;

    public ForwardBackward(SampleRows rows, ComputePool pool)
    {
        _network = rows.Network;
        _pool = pool;
        _load = new LoadWork(rows);
        _loss = new LossWork(rows);
        _pack = new PackWork(_network);
        var stages = new List<Stage>();
        for (int i = 0; i < _network.Layers.Count;)
        {
            int first = i++;
            bool dense = _network.Layers[first] is DenseLayer;
            while (!dense && i < _network.Layers.Count && _network.Layers[i] is not DenseLayer) i++;
            stages.Add(dense ? new DenseStage(rows, first) : new SampleStage(rows, first, i));
        }

        _stages = [.. stages];
    }

    /// <summary>Packs the weights for the passes that follow. Only from within a job of the pool.</summary>
    public unsafe void PackWeights(float* parameters)
    {
        _pack.Parameters = parameters;
        _pool.For(_pack.Units, _pack);
    }

    /// <summary>Loads rows 0 … count − 1 and runs them through the network, to logits, losses and hits (and the logits' gradients in training).</summary>
    public void Forward(IDataset data, int count, uint step, bool training)
    {
        _load.Data = data;
        _pool.For(count, _load);
        foreach (Stage stage in _stages) stage.Forward(_pool, count, step, training);
        _loss.WithGradient = training;
        _pool.For(count, _loss);
    }

    /// <summary>Activation gradients of the rows of the last <see cref="Forward"/> in training, from the top down.</summary>
    public void Backward(int count)
    {
        for (int i = _stages.Length - 1; i >= 0; i--) _stages[i].Backward(_pool, count);
    }

    private sealed class LoadWork(SampleRows rows) : IParallelWork
    {
        public IDataset Data { get; set; } = null!;

        public void Run(int unit, int thread) => rows.Load(unit, Data);
    }

    private sealed unsafe class LossWork(SampleRows rows) : IParallelWork
    {
        private readonly int _last = rows.Network.Layers.Count - 1;

        public bool WithGradient { get; set; }

        public void Run(int unit, int thread)
        {
            (rows.Losses[unit], rows.Correct[unit]) = SoftmaxCrossEntropy.Loss(
                rows.Output(_last, unit), rows.Network.Plan.Classes, rows.Labels[unit], rows.Scratch(thread),
                WithGradient ? rows.Gradient(_last, unit) : null);
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

    private abstract class Stage
    {
        public abstract void Forward(ComputePool pool, int count, uint step, bool training);

        public abstract void Backward(ComputePool pool, int count);
    }

    /// <summary>Layers [first, end) sample by sample; a unit of work is a row.</summary>
    private sealed unsafe class SampleStage(SampleRows rows, int first, int end) : Stage, IParallelWork
    {
        private bool _backward;
        private uint _step;
        private bool _training;

        public override void Forward(ComputePool pool, int count, uint step, bool training)
        {
            (_backward, _step, _training) = (false, step, training);
            pool.For(count, this);
        }

        public override void Backward(ComputePool pool, int count)
        {
            _backward = true;
            pool.For(count, this);
        }

        public void Run(int unit, int thread)
        {
            if (_backward) BackwardRow(unit, thread);
            else ForwardRow(unit, thread);
        }

        private void ForwardRow(int row, int thread)
        {
            var context = new SampleContext(rows.Samples[row], _step, _training);
            for (int i = first; i < end; i++)
            {
                ((SampleLayer)rows.Network.Layers[i]).Forward(
                    context, rows.InputOf(i, row), rows.Output(i, row), rows.State(i, row), rows.Scratch(thread));
            }
        }

        private void BackwardRow(int row, int thread)
        {
            for (int i = end - 1; i >= first; i--)
            {
                if (rows.Gradient(i, row) == null) return;
                ((SampleLayer)rows.Network.Layers[i]).Backward(
                    rows.Output(i, row), rows.State(i, row), rows.Gradient(i, row), rows.InputGradientOf(i, row), rows.Scratch(thread));
            }
        }
    }

    /// <summary>One dense layer over all rows; a unit of work is a slice of outputs (forward) or inputs (backward).</summary>
    private sealed unsafe class DenseStage(SampleRows rows, int index) : Stage, IParallelWork
    {
        private readonly DenseLayer _layer = (DenseLayer)rows.Network.Layers[index];
        private bool _backward;
        private int _count;

        public override void Forward(ComputePool pool, int count, uint step, bool training)
        {
            (_backward, _count) = (false, count);
            pool.For(_layer.Operator.ForwardUnits, this);
        }

        public override void Backward(ComputePool pool, int count)
        {
            (_backward, _count) = (true, count);
            if (_layer.Relu) rows.Network.Kernels.ReluGradient(rows.Output(index, 0), rows.Gradient(index, 0), (long)count * _layer.Plan.Output.Size);
            if (rows.InputGradientOf(index, 0) != null) pool.For(_layer.Operator.InputGradientUnits, this);
        }

        public void Run(int unit, int thread)
        {
            if (_backward) _layer.Operator.InputGradient(unit, _count, rows.Gradient(index, 0), rows.InputGradientOf(index, 0), rows.Scratch(thread));
            else _layer.Operator.Forward(unit, _count, rows.InputOf(index, 0), rows.Output(index, 0), _layer.Relu, rows.Scratch(thread));
        }
    }
}
