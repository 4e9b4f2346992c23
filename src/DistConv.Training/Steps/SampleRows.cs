using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Core.Planning;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Memory for a number of samples on their way through a network, as its <see cref="ExecutionPlan"/> says: each layer's output, its gradient and what the
/// backward pass needs.
/// </summary>
internal sealed unsafe class SampleRows : IDisposable
{
    private readonly List<FloatBuffer> _owned = [];
    private readonly RowBlock[] _outputs;
    private readonly RowBlock[] _gradients;
    private readonly RowBlock[] _states;
    private readonly RowBlock _targets;
    private readonly RowBlock _scratch;
    private readonly RowBlock _contribution;
    private readonly float* _rowContribution;
    private readonly int[] _leaders;

    public SampleRows(Network network, LossPair loss, ComputePool pool, int capacity, SampleAugmentation? augmentation = null)
    {
        Network = network;
        Loss = loss;
        Capacity = capacity;
        Samples = new int[capacity];
        Shards = new int[capacity];
        _leaders = new int[capacity];
        Labels = new int[capacity];
        Losses = new double[capacity];
        Correct = new bool[capacity];
        IReadOnlyList<NodePlan> nodes = network.Execution.Nodes;
        _outputs = new RowBlock[nodes.Count + 1];
        _gradients = new RowBlock[nodes.Count + 1];
        _states = new RowBlock[nodes.Count];
        _outputs[0] = PerRow(network.Plan.Model.Input.Size);
        long scratchLength = network.Plan.Output.Size, contribution = 0;
        int rowContribution = 0;
        foreach (NodePlan node in nodes)
        {
            int i = node.Index, size = node.Layer.Output.Size;
            _outputs[i + 1] = Place(node.Output, size, pool.Threads);
            _gradients[i + 1] = Place(node.Gradient, size, pool.Threads);
            if (node.Traits.StateLength > 0) _states[i] = PerRow(node.Traits.StateLength);
            scratchLength = long.Max(scratchLength, network.Layers[i].ScratchLength);
            for (int slot = 0; slot < node.Sources.Count; slot++)
            {
                if (!node.AddsGradients[slot]) continue;
                contribution = long.Max(contribution, node.Layer.Inputs[slot].Size);
                if (node.Traits.Phase == LayerPhase.Batch) rowContribution = int.Max(rowContribution, node.Layer.Inputs[slot].Size);
            }
        }

        Share(nodes, node => node.Output, _outputs);
        Share(nodes, node => node.Gradient, _gradients);
        if (loss.TargetCount > 0) _targets = PerRow(loss.TargetCount);
        _scratch = PerThread(scratchLength, pool.Threads);
        if (contribution > 0) _contribution = PerThread(contribution, pool.Threads);
        if (rowContribution > 0) _rowContribution = Allocate((long)capacity * RowStride.Of(rowContribution));
        if (augmentation is not null) Varied = new VariedRows(this, augmentation, pool);
    }

    public Network Network { get; }

    /// <summary>What a row's logits are judged by.</summary>
    public LossPair Loss { get; }

    /// <summary>The samples as training varies them; null: it uses them as they are.</summary>
    public VariedRows? Varied { get; }

    public int Capacity { get; }

    /// <summary>Each row's sample index in its data set.</summary>
    public int[] Samples { get; }

    /// <summary>Each row's shard, in training; see <see cref="Assign"/>.</summary>
    public int[] Shards { get; }

    public int[] Labels { get; }

    public double[] Losses { get; }

    public bool[] Correct { get; }

    /// <summary>Notes which shard each row belongs to; the rows of a shard stand side by side.</summary>
    public void Assign(ShardRows shards)
    {
        for (int i = 0; i < shards.Present.Count; i++)
        {
            int shard = shards.Present[i], first = shards.First(shard);
            Shards.AsSpan(first, shards.RowsOf(shard)).Fill(shard);
            _leaders.AsSpan(first, shards.RowsOf(shard)).Fill(first);
        }
    }

    /// <summary>Reads a row's pixels: value / 255f.</summary>
    public void Load(int row, IDataset data)
    {
        ReadOnlySpan<byte> pixels = data.Image(Samples[row]);
        PixelValues.Fill(pixels, new Span<float>(_outputs[0].At(row, 0), pixels.Length));
        LoadLabel(row, data);
    }

    /// <summary>Reads what a row is labelled with.</summary>
    public void LoadLabel(int row, IDataset data)
    {
        Labels[row] = data.Label(Samples[row]);
        ReadOnlySpan<float> targets = data.Targets(Samples[row]);
        if (targets.Length > 0) targets.CopyTo(new Span<float>(Targets(row), targets.Length));
    }

    /// <summary>What the units of a row are compared with; null if its class says it.</summary>
    public float* Targets(int row) => Loss.TargetCount == 0 ? null : _targets.At(row, 0);

    /// <summary>What a layer gives; −1 is the network's input.</summary>
    public float* Output(int layer, int row, int thread) => _outputs[layer + 1].At(row, thread);

    /// <summary>The gradient of what a layer gives; null if no layer that it depends on learns anything.</summary>
    public float* Gradient(int layer, int row, int thread) => _gradients[layer + 1].At(row, thread);

    /// <summary>Memory for a gradient that is added to another.</summary>
    public float* Contribution(int thread) => _contribution.At(0, thread);

    /// <summary>Memory for the gradients of all rows that are added to others; rows stand as far apart as those of their input.</summary>
    public float* RowContribution => _rowContribution;

    /// <summary>The memory of a row in a layer.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="row">The row.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="inputs">A pointer for each input, overwritten.</param>
    public RowMemory RowOf(NodePlan node, int row, int thread, float** inputs)
    {
        for (int slot = 0; slot < node.Sources.Count; slot++) inputs[slot] = Output(node.Sources[slot], row, thread);
        return new RowMemory(inputs, Output(node.Index, row, thread), State(node, row), Scratch(thread));
    }

    /// <summary>The forward pass of a layer of phase shard for one row, with the work of the layers behind it.</summary>
    public void Forward(ShardLayer layer, NodePlan node, EpiloguePlan epilogue, in SampleContext context, int row, int thread, float** inputs)
    {
        for (int slot = 0; slot < node.Sources.Count; slot++) inputs[slot] = Output(node.Sources[slot], row, thread);
        RowMemory memory = new(inputs, Output(epilogue.Nodes[^1], row, thread), State(node, row), Scratch(thread));
        float* addend = epilogue.Addend is { } other ? Output(other, row, thread) : null;
        layer.Forward(context, memory, new Epilogue(addend, epilogue.EndsInRelu));
    }

    /// <summary>A layer's backward pass for one row. Where another reader of an input has written its gradient before, this one is added to it
    /// (docs/numerics.md, rule 11).</summary>
    public void Backward(
        Layer layer, NodePlan node, in SampleContext context, int row, int thread, in RowMemory memory, float* gradOutput, float** gradInputs)
    {
        bool adds = false;
        for (int slot = 0; slot < node.Sources.Count; slot++)
        {
            gradInputs[slot] = node.AddsGradients[slot] ? null : Gradient(node.Sources[slot], row, thread);
            adds |= node.AddsGradients[slot];
        }

        layer.Backward(context, memory, gradOutput, gradInputs);
        if (adds) AddContributions(layer, node, context, row, thread, memory, gradOutput, gradInputs);
    }

    /// <summary>What a layer keeps of a row by itself.</summary>
    public float* OwnState(int layer, int row) => _states[layer].At(row, 0);

    /// <summary>Loss of a row's logits in training, and their gradient.</summary>
    public (double Loss, bool Correct) TrainingLoss(int row, int thread, float* logits, float* gradient) => Varied is { } varied
        ? varied.LossOf(row, thread, logits, gradient) : Loss.Training.Of(logits, Labels[row], Targets(row), Scratch(thread), gradient);

    /// <summary>A row's loss in training: that of its logits, then the penalties of layers in ascending order, a chain in double (docs/numerics.md, rule
    /// 15).</summary>
    /// <param name="row">The row, after its forward pass in training.</param>
    /// <param name="loss">The loss of its logits.</param>
    public double WithPenalties(int row, double loss)
    {
        for (int i = 0; i < Network.Penalized.Count; i++) loss += Network.Penalized[i].Penalty(OwnState(Network.Penalized[i].Index, row));
        return loss;
    }

    /// <summary>Floats from one row's state to the next.</summary>
    public int StateStride(int layer) => RowStride.Of(Network.Execution.Nodes[layer].Traits.StateLength);

    public float* Scratch(int thread) => _scratch.At(0, thread);

    public void Dispose()
    {
        Varied?.Dispose();
        foreach (FloatBuffer buffer in _owned) buffer.Dispose();
    }

    private void AddContributions(
        Layer layer, NodePlan node, in SampleContext context, int row, int thread, in RowMemory memory, float* gradOutput, float** gradInputs)
    {
        for (int slot = 0; slot < node.Sources.Count; slot++)
        {
            float* sum = Gradient(node.Sources[slot], row, thread);
            if (!node.AddsGradients[slot] || sum == null) continue;
            for (int other = 0; other < node.Sources.Count; other++) gradInputs[other] = other == slot ? Contribution(thread) : null;
            layer.Backward(context, memory, gradOutput, gradInputs);
            Network.Kernels.Add(Contribution(thread), sum, node.Layer.Inputs[slot].Size);
        }
    }

    /// <summary>What a layer reads of its state in a row: of phase shard, that of the shard's first row.</summary>
    private float* State(NodePlan node, int row) => OwnState(node.Index, node.Traits.Phase == LayerPhase.Shard ? _leaders[row] : row);

    /// <summary>Readers come after what they read, and layers that change nothing after their inputs.</summary>
    private static void Share(IReadOnlyList<NodePlan> nodes, Func<NodePlan, Storage> storage, RowBlock[] blocks)
    {
        foreach (NodePlan node in nodes.Reverse())
        {
            if (storage(node) == Storage.Reader) blocks[node.Index + 1] = blocks[node.Reader + 1];
        }

        foreach (NodePlan node in nodes)
        {
            if (storage(node) == Storage.Shared) blocks[node.Index + 1] = blocks[node.Sources[0] + 1];
        }
    }

    private RowBlock Place(Storage storage, int size, int threads) => storage switch
    {
        Storage.None or Storage.Shared or Storage.Reader => default,
        Storage.Thread => PerThread(size, threads),
        Storage.Row => PerRow(size),
        _ => throw new InvalidOperationException($"no memory of the kind {storage}"),
    };

    private RowBlock PerRow(int size) => new(Allocate((long)Capacity * RowStride.Of(size)), RowStride.Of(size), 0);

    /// <summary>Cache lines are not shared between threads.</summary>
    private RowBlock PerThread(long size, int threads)
    {
        long stride = (size + 31) / 16 * 16;
        return new RowBlock(Allocate(threads * stride), 0, stride);
    }

    private float* Allocate(long length)
    {
        var buffer = new FloatBuffer(length);
        _owned.Add(buffer);
        return buffer.Pointer;
    }
}
