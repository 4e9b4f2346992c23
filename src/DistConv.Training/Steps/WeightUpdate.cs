using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Optimizers;

namespace DistConv.Training.Steps;

/// <summary>The update of all parameters and, folded in, a 64-bit hash of each layer's new weights. A unit of work is a slice of one layer; that of a frozen
/// layer is only hashed.</summary>
internal sealed unsafe class WeightUpdate : IParallelWork, IDisposable
{
    private const int SliceLength = 16384;
    private const uint KeyStep = 0x9E3779B1;
    private const uint OddKey = 0x85EBCA77;

    private readonly Network _network;
    private readonly LayerGroups _groups;
    private readonly float* _weights;
    private readonly float*[] _slots;
    private readonly List<Slice> _slices = [];
    private readonly List<Slice> _stillSlices = [];
    private readonly List<Slice> _stateSlices = [];
    private readonly ShardLayer[] _keepers;
    private readonly ulong[] _hashes;
    private readonly PenalizedGradient? _penalties;
    private readonly ConstraintWork _constraints;
    private readonly GradientNorm? _norm;
    private readonly float _clipNorm;
    private float* _gradient;
    private float _divisor;
    private Work _work;

    public WeightUpdate(Network network, LayerGroups groups, FloatBuffer weights, IReadOnlyList<FloatBuffer> slots, float? clipNorm)
    {
        _network = network;
        _groups = groups;
        _weights = weights.Pointer;
        _slots = new float*[slots.Count];
        for (int i = 0; i < slots.Count; i++) _slots[i] = slots[i].Pointer;
        _clipNorm = clipNorm ?? 0;
        _norm = clipNorm is null ? null : new GradientNorm(network.Kernels, network.ParameterCount);
        _penalties = PenalizedGradient.IsNeeded(network.Parameters.Select(tensor => tensor.Plan)) ? new PenalizedGradient(network, weights) : null;
        _constraints = new ConstraintWork(network, weights) { IsFrozen = groups.CanFreeze ? groups.IsFrozen : null };
        _keepers = [.. network.Layers.OfType<ShardLayer>()];
        int layers = 0;
        foreach (Layer layer in network.Layers)
        {
            if (layer.Tensors.Count + layer.States.Count == 0) continue;
            int learnt = Cut(_slices, layers, layer, layer.Tensors, 0);
            Cut(layer is ShardLayer ? _stateSlices : _stillSlices, layers, layer, layer.States, learnt);
            layers++;
        }

        _hashes = new ulong[layers];
    }

    /// <summary>What a slice is for: with constraints on whole tensors, the hash has to wait.</summary>
    private enum Work
    {
        UpdateAndHash,
        Update,
        Hash,
    }

    /// <summary>Hashes of the layers with parameters or state, at the weights of the last <see cref="Apply"/> or <see cref="Rehash"/>.</summary>
    public ulong[] Hashes => _hashes;

    /// <summary>Applies a step's gradient sum at a learning rate: penalties, clipping, decay and update, constraints. Only from within a job of the
    /// pool.</summary>
    public void Apply(ComputePool pool, float* gradientSum, int samples, long step, float learningRate)
    {
        _groups.BeginStep(step, learningRate);
        _gradient = _penalties is null ? gradientSum : _penalties.Compute(pool, gradientSum, samples);
        _divisor = Divisor(pool, samples);
        Array.Clear(_hashes);
        _work = _constraints.Units == 0 ? Work.UpdateAndHash : Work.Update;
        pool.For(_slices.Count + _stillSlices.Count, this);
        if (_constraints.Units > 0)
        {
            pool.For(_constraints.Units, _constraints);
            _work = Work.Hash;
            pool.For(_slices.Count, this);
        }

        UpdateState(gradientSum, samples);
    }

    public void Dispose() => _penalties?.Dispose();

    /// <summary>Hashes weights that were set from outside.</summary>
    public void Rehash()
    {
        Array.Clear(_hashes);
        foreach (Slice slice in _slices) AddHash(slice);
        foreach (Slice slice in _stillSlices) AddHash(slice);
        foreach (Slice slice in _stateSlices) AddHash(slice);
    }

    public void Run(int unit, int thread)
    {
        if (unit >= _slices.Count)
        {
            AddHash(_stillSlices[unit - _slices.Count]); // Nothing moves them, but a replica whose memory has changed is still noticed.
            return;
        }

        Slice slice = _slices[unit];
        if (_work != Work.Hash && !_groups.IsFrozen(slice.Index))
        {
            _groups.RuleOf(slice.Index).Update(
                _network.Kernels, new UpdateSlice(_weights, _gradient, _divisor, _slots, slice.First, slice.Length) { IsDecayed = slice.IsDecayed });
        }

        if (_work != Work.Update) AddHash(slice);
    }

    /// <summary>Cuts tensors that stand side by side into slices; decay is the same within a slice.</summary>
    /// <returns>Where the layer's next tensor begins, counted from its first.</returns>
    private static int Cut(List<Slice> slices, int place, Layer layer, IReadOnlyList<ParameterTensor> tensors, int start)
    {
        int begin = 0;
        while (begin < tensors.Count)
        {
            int end = begin, length = 0;
            for (; end < tensors.Count && tensors[end].Plan.IsDecayed == tensors[begin].Plan.IsDecayed; end++) length += tensors[end].Length;
            for (int offset = 0; offset < length; offset += SliceLength)
            {
                slices.Add(new Slice(
                    place, layer.Index, tensors[begin].Offset + offset, start + offset, int.Min(SliceLength, length - offset),
                    tensors[begin].Plan.IsDecayed));
            }

            (begin, start) = (end, start + length);
        }

        return start;
    }

    /// <summary>Once a step, when it is applied: a pass that is repeated, or done twice, moves no average.</summary>
    private void UpdateState(float* gradientSum, int samples)
    {
        double* moments = (double*)(gradientSum + _network.Gradient.MomentStart);
        foreach (ShardLayer layer in _keepers)
        {
            if (!_groups.IsFrozen(layer.Index)) layer.UpdateState(moments + layer.MomentOffset, samples, _weights);
        }

        foreach (Slice slice in _stateSlices) AddHash(slice);
    }

    /// <summary>
    /// Clipping by the global norm (Pascanu et al. 2013, arXiv:1211.5063; Keras's global_clipnorm): if ‖g‖ &gt; c then g ← g c/‖g‖, where g = s/n is the mean
    /// gradient. In sums: if ‖s‖/c &gt; n then g = s / (‖s‖/c). So clipping only replaces the divisor n; ‖s‖/c is in double and rounded to float at the end.
    /// </summary>
    private float Divisor(ComputePool pool, int samples)
    {
        if (_norm is null) return samples;
        double divisor = _norm.Compute(pool, _gradient, _groups.FrozenRanges) / _clipNorm;
        return divisor > samples ? (float)divisor : samples;
    }

    /// <summary>
    /// Adds Σ (w₂ⱼ + k₂ⱼ) · (w₂ⱼ₊₁ + k₂ⱼ₊₁) mod 2⁶⁴ over the slice's pairs of words, the form of UMAC's NH (Black et al. 1999) with keys from the index: a sum,
    /// so slices may be hashed in any order.
    /// </summary>
    private void AddHash(Slice slice)
    {
        uint* words = (uint*)(_weights + slice.First);
        uint key = ((uint)slice.Place * KeyStep) + 0x7F4A7C15u;
        ulong hash = 0;
        int i = 0;
        if (Avx2.IsSupported)
        {
            i = slice.Length / 8 * 8;
            hash = HashVectors(words, i, key);
            key += (uint)i * KeyStep;
        }

        for (; i + 1 < slice.Length; i += 2)
        {
            hash += (ulong)(words[i] + key) * (words[i + 1] + (key ^ OddKey));
            key += unchecked(2 * KeyStep);
        }

        if (i < slice.Length) hash += (ulong)(words[i] + key) * (key ^ OddKey);
        Interlocked.Add(ref _hashes[slice.Layer], hash);
    }

    /// <summary>Four pairs at a time: AVX2 multiplies the even words of two vectors to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong HashVectors(uint* words, int count, uint key)
    {
        Vector256<uint> odd = Vector256.Create(0u, OddKey, 0, OddKey, 0, OddKey, 0, OddKey), step = Vector256.Create(unchecked(8 * KeyStep));

        // A pair's keys come from its first word's index.
        Vector256<uint> keys = Vector256.Create(key) + (Vector256.Create(0u, 0, 2, 2, 4, 4, 6, 6) * KeyStep);
        Vector256<ulong> sums = Vector256<ulong>.Zero;
        for (int i = 0; i < count; i += 8)
        {
            Vector256<uint> keyed = Vector256.Load(words + i) + (keys ^ odd);
            sums += Avx2.Multiply(keyed, (keyed.AsUInt64() >> 32).AsUInt32());
            keys += step;
        }

        return sums[0] + sums[1] + sums[2] + sums[3];
    }

    /// <param name="Layer">Which of the layers that have any.</param>
    /// <param name="Index">The layer's place in the network.</param>
    /// <param name="First">Its first value in the buffer.</param>
    /// <param name="Place">Its first value, counted from the layer's first.</param>
    /// <param name="Length">How many values it has.</param>
    /// <param name="IsDecayed">Whether weight decay applies to them.</param>
    private readonly record struct Slice(int Layer, int Index, int First, int Place, int Length, bool IsDecayed);
}
