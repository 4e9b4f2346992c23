using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Memory for a number of samples on their way through a network: each layer's output, its gradient and what the backward pass needs. What is read again
/// after the sample has been left is kept as rows × size; the rest lives once a thread, in that core's cache. A layer that changes nothing shares its input's
/// memory.
/// </summary>
internal sealed unsafe class SampleRows : IDisposable
{
    /// <summary>A first layer that costs less than this part of a training step is computed again in the backward pass: that is cheaper than to fetch its
    /// output.</summary>
    public const double CheapPart = 0.03;

    private readonly List<FloatBuffer> _owned = [];
    private readonly Block[] _outputs;
    private readonly Block[] _gradients;
    private readonly Block[] _states;
    private readonly Block _scratch;
    private readonly Block _input;

    public SampleRows(Network network, ComputePool pool, int capacity)
    {
        Network = network;
        Capacity = capacity;
        Samples = new int[capacity];
        Labels = new int[capacity];
        Losses = new double[capacity];
        Correct = new bool[capacity];
        int count = network.Layers.Count;
        _outputs = new Block[count];
        _gradients = new Block[count];
        _states = new Block[count];
        _input = PerRow(network.Plan.Model.Input.Size);
        long scratchLength = network.Plan.Classes;
        for (int i = 0; i < count; i++)
        {
            Layer layer = network.Layers[i];
            int size = layer.Plan.Output.Size;
            bool shared = layer.IsIdentity;
            _outputs[i] = shared ? (i == 0 ? _input : _outputs[i - 1]) : KeepsOutput(i) ? PerRow(size) : PerThread(size, pool.Threads);
            if (NeedsGradient(i)) _gradients[i] = shared ? _gradients[i - 1] : IsRead(i) ? PerRow(size) : PerThread(size, pool.Threads);
            if (layer is SampleLayer { StateLength: > 0 } stateful) _states[i] = PerRow(stateful.StateLength);
            scratchLength = long.Max(scratchLength, layer.ScratchLength);
        }

        _scratch = PerThread(scratchLength, pool.Threads);
    }

    public Network Network { get; }

    public int Capacity { get; }

    /// <summary>Each row's sample index in its data set.</summary>
    public int[] Samples { get; }

    public int[] Labels { get; }

    public double[] Losses { get; }

    public bool[] Correct { get; }

    /// <summary>Reads a row's pixels: value / 255f.</summary>
    public void Load(int row, IDataset data)
    {
        ReadOnlySpan<byte> pixels = data.Image(Samples[row]);
        float* x = _input.At(row, 0);
        PixelValues.Fill(pixels, new Span<float>(x, pixels.Length));
        Labels[row] = data.Label(Samples[row]);
    }

    public float* Output(int layer, int row, int thread) => _outputs[layer].At(row, thread);

    public float* InputOf(int layer, int row, int thread) => layer == 0 ? _input.At(row, thread) : Output(layer - 1, row, thread);

    public float* Gradient(int layer, int row, int thread) => _gradients[layer].At(row, thread);

    /// <summary>Where the gradient of a layer's input goes; null if no layer below has parameters.</summary>
    public float* InputGradientOf(int layer, int row, int thread) => layer == 0 ? null : Gradient(layer - 1, row, thread);

    public float* State(int layer, int row) => _states[layer].At(row, 0);

    public float* Scratch(int thread) => _scratch.At(0, thread);

    public void Dispose()
    {
        foreach (FloatBuffer buffer in _owned) buffer.Dispose();
    }

    /// <summary>Whether a layer's output is computed again for the backward pass, from the network's input.</summary>
    public bool IsRecomputed(int layer) =>
        layer == 0 && Network.Layers[0] is Conv2DLayer conv && !IsRead(0) && 2.0 * conv.Plan.MultiplyAddsForward < CheapPart * Network.Plan.TrainingFlops;

    /// <summary>The layer that reads layer <paramref name="i"/>'s output, or null.</summary>
    private Layer? ReaderOf(int i)
    {
        do i++;
        while (i < Network.Layers.Count && Network.Layers[i].IsIdentity);
        return i < Network.Layers.Count ? Network.Layers[i] : null;
    }

    /// <summary>Whether layer <paramref name="i"/>'s output or gradient crosses from sample by sample to all rows at once.</summary>
    private bool IsRead(int i) => Network.Layers[i] is DenseLayer || ReaderOf(i) is null or DenseLayer;

    /// <summary>Whether the backward pass or another stage reads an output.</summary>
    private bool KeepsOutput(int i)
    {
        if (IsRecomputed(i)) return false;
        return IsRead(i) || Network.Layers[i] is SampleLayer { ReadsOutputBackward: true } || ReaderOf(i) is SampleLayer { ReadsInputBackward: true };
    }

    /// <summary>A layer's output needs a gradient if it or a layer below has parameters.</summary>
    private bool NeedsGradient(int layer)
    {
        for (int i = 0; i <= layer; i++)
        {
            if (Network.Layers[i].Kernel is not null) return true;
        }

        return false;
    }

    private Block PerRow(int size) => new(Allocate((long)Capacity * RowStride.Of(size)), RowStride.Of(size), 0);

    /// <summary>Cache lines are not shared between threads.</summary>
    private Block PerThread(long size, int threads)
    {
        long stride = (size + 31) / 16 * 16;
        return new Block(Allocate(threads * stride), 0, stride);
    }

    private float* Allocate(long length)
    {
        var buffer = new FloatBuffer(length);
        _owned.Add(buffer);
        return buffer.Pointer;
    }

    /// <summary>Values of one kind, by row or by thread; the default is none.</summary>
    private readonly struct Block(float* first, long rowStride, long threadStride)
    {
        public float* At(int row, int thread) => first + (row * rowStride) + (thread * threadStride);
    }
}
