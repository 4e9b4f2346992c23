using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Optimizers;

namespace DistConv.Training.Steps;

/// <summary>The update of all parameters and, folded in, a 64-bit hash of each layer's new weights. A unit of work is a slice of one layer.</summary>
internal sealed unsafe class WeightUpdate : IParallelWork
{
    private const int SliceLength = 16384;

    private readonly Network _network;
    private readonly Optimizer _optimizer;
    private readonly float* _weights;
    private readonly float*[] _slots;
    private readonly List<Slice> _slices = [];
    private readonly ulong[] _hashes;
    private float* _gradient;
    private float _samples;

    public WeightUpdate(Network network, Optimizer optimizer, FloatBuffer weights, IReadOnlyList<FloatBuffer> slots)
    {
        _network = network;
        _optimizer = optimizer;
        _weights = weights.Pointer;
        _slots = new float*[slots.Count];
        for (int i = 0; i < slots.Count; i++) _slots[i] = slots[i].Pointer;
        int layers = 0;
        foreach (Layer layer in network.Layers)
        {
            if (layer.Kernel is null) continue;
            int length = layer.Kernel.Length + (layer.Bias?.Length ?? 0);
            for (int offset = 0; offset < length; offset += SliceLength)
            {
                _slices.Add(new Slice(layers, layer.Kernel.Offset, offset, int.Min(SliceLength, length - offset)));
            }

            layers++;
        }

        _hashes = new ulong[layers];
    }

    /// <summary>Hashes of the layers with parameters, at the weights of the last <see cref="Apply"/> or <see cref="Rehash"/>.</summary>
    public ulong[] Hashes => _hashes;

    /// <summary>Applies a gradient sum. Only from within a job of the pool.</summary>
    public void Apply(ComputePool pool, float* gradientSum, int samples)
    {
        _optimizer.BeginStep();
        _gradient = gradientSum;
        _samples = samples;
        Array.Clear(_hashes);
        pool.For(_slices.Count, this);
    }

    /// <summary>Hashes weights that were set from outside.</summary>
    public void Rehash()
    {
        Array.Clear(_hashes);
        foreach (Slice slice in _slices) AddHash(slice);
    }

    public void Run(int unit, int thread)
    {
        Slice slice = _slices[unit];
        _optimizer.Update(
            _network.Kernels, new UpdateSlice(_weights, _gradient, _samples, _slots, (long)slice.LayerOffset + slice.Offset, slice.Length));
        AddHash(slice);
    }

    /// <summary>
    /// Adds Σ (w₂ⱼ + k₂ⱼ) · (w₂ⱼ₊₁ + k₂ⱼ₊₁) mod 2⁶⁴ over the slice's pairs of words, the form of UMAC's NH (Black et al. 1999) with keys from the index: a sum, so
    /// slices may be hashed in any order.
    /// </summary>
    private void AddHash(Slice slice)
    {
        uint* words = (uint*)(_weights + slice.LayerOffset + slice.Offset);
        uint key = ((uint)slice.Offset * 0x9E3779B1u) + 0x7F4A7C15u;
        ulong hash = 0;
        int i = 0;
        for (; i + 1 < slice.Length; i += 2)
        {
            hash += (ulong)(words[i] + key) * (words[i + 1] + (key ^ 0x85EBCA77u));
            key += 0x3C6EF362u; // twice 0x9E3779B1 mod 2³²
        }

        if (i < slice.Length) hash += (ulong)(words[i] + key) * (key ^ 0x85EBCA77u);
        Interlocked.Add(ref _hashes[slice.Layer], hash);
    }

    private readonly record struct Slice(int Layer, int LayerOffset, int Offset, int Length);
}
