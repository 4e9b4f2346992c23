using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// Memory for a number of samples on their way through a network: each layer's output, its gradient and what the backward pass needs, as rows × size.
/// A layer that changes nothing shares its input's memory.
/// </summary>
internal sealed unsafe class SampleRows : IDisposable
{
    private readonly List<FloatBuffer> _owned = [];
    private readonly FloatBuffer[] _outputs;
    private readonly FloatBuffer?[] _gradients;
    private readonly FloatBuffer?[] _states;
    private readonly FloatBuffer[] _scratch;
    private readonly long _scratchLength;

    public SampleRows(Network network, ComputePool pool, int capacity)
    {
        Network = network;
        Capacity = capacity;
        Samples = new int[capacity];
        Labels = new int[capacity];
        Losses = new double[capacity];
        Correct = new bool[capacity];
        Input = Allocate((long)capacity * network.Plan.Model.Input.Size);
        int count = network.Layers.Count;
        _outputs = new FloatBuffer[count];
        _gradients = new FloatBuffer?[count];
        _states = new FloatBuffer?[count];
        for (int i = 0; i < count; i++)
        {
            Layer layer = network.Layers[i];
            long length = (long)capacity * layer.Plan.Output.Size;
            _outputs[i] = layer.IsIdentity ? (i == 0 ? Input : _outputs[i - 1]) : Allocate(length);
            if (NeedsGradient(i)) _gradients[i] = layer.IsIdentity && i > 0 && _gradients[i - 1] is { } below ? below : Allocate(length);
            if (layer is SampleLayer { StateLength: > 0 } stateful) _states[i] = Allocate((long)capacity * stateful.StateLength);
            _scratchLength = long.Max(_scratchLength, layer.ScratchLength);
        }

        _scratchLength = long.Max(_scratchLength, network.Plan.Classes);
        _scratch = new FloatBuffer[pool.Threads];
        for (int t = 0; t < pool.Threads; t++) _scratch[t] = Allocate(_scratchLength);
    }

    public Network Network { get; }

    public int Capacity { get; }

    public FloatBuffer Input { get; }

    /// <summary>Each row's sample index in its data set.</summary>
    public int[] Samples { get; }

    public int[] Labels { get; }

    public double[] Losses { get; }

    public bool[] Correct { get; }

    /// <summary>Reads a row's pixels: value / 255f.</summary>
    public void Load(int row, IDataset data)
    {
        ReadOnlySpan<byte> pixels = data.Image(Samples[row]);
        float* x = Input.Pointer + ((long)row * pixels.Length);
        for (int i = 0; i < pixels.Length; i++) x[i] = PixelValues.Of(pixels[i]);
        Labels[row] = data.Label(Samples[row]);
    }

    public float* Output(int layer, int row) => _outputs[layer].Pointer + ((long)row * Network.Layers[layer].Plan.Output.Size);

    public float* InputOf(int layer, int row) => layer == 0 ? Input.Pointer + ((long)row * Network.Plan.Model.Input.Size) : Output(layer - 1, row);

    public float* Gradient(int layer, int row) =>
        _gradients[layer] is { } buffer ? buffer.Pointer + ((long)row * Network.Layers[layer].Plan.Output.Size) : null;

    /// <summary>Where the gradient of a layer's input goes; null if no layer below has parameters.</summary>
    public float* InputGradientOf(int layer, int row) => layer == 0 ? null : Gradient(layer - 1, row);

    public float* State(int layer, int row) =>
        _states[layer] is { } buffer ? buffer.Pointer + ((long)row * ((SampleLayer)Network.Layers[layer]).StateLength) : null;

    public float* Scratch(int thread) => _scratch[thread].Pointer;

    public void Dispose()
    {
        foreach (FloatBuffer buffer in _owned) buffer.Dispose();
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

    private FloatBuffer Allocate(long length)
    {
        var buffer = new FloatBuffer(length);
        _owned.Add(buffer);
        return buffer;
    }
}
