using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>
/// √ Σ xᵢ² over a gradient buffer, in the order of docs/numerics.md, rule 9: blocks of 4,096; in a block 16 chains in double, element i in chain i mod 16; the
/// chains of a block by halves (lane l takes lane l + 8, then + 4, + 2, + 1); the blocks in order. A block is a unit of work, so any thread may compute it.
/// The square of a float is exact in double: whether it is fused with its sum changes no bit.
/// </summary>
/// <param name="kernels">The instruction set; "scalar" is the definition.</param>
/// <param name="length">Number of floats, ≥ 1.</param>
internal sealed unsafe class GradientNorm(KernelSet kernels, int length) : IParallelWork
{
    private const int BlockLength = 4096;
    private const int Chains = 16;

    private readonly double[] _blocks = new double[(length + BlockLength - 1) / BlockLength];
    private float* _values;
    private IReadOnlyList<(int First, int Length)> _left = [];

    /// <summary>Computes it, without allocating. Only from within a job of the pool.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="values">The buffer; finite.</param>
    /// <param name="left">Ranges that count as +0, because their layers are frozen in this step; null: none.</param>
    /// <returns>The norm.</returns>
    public double Compute(ComputePool pool, float* values, IReadOnlyList<(int First, int Length)>? left = null)
    {
        _values = values;
        _left = left ?? [];
        pool.For(_blocks.Length, this);
        double sum = 0;
        foreach (double block in _blocks) sum += block;
        return double.Sqrt(sum);
    }

    /// <summary>The same of any values, on the caller's thread, with the same bits.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="values">The values.</param>
    /// <param name="length">How many there are.</param>
    /// <returns>The norm.</returns>
    public static double Compute(KernelSet kernels, float* values, int length)
    {
        double sum = 0;
        for (int first = 0; first < length; first += BlockLength)
        {
            var block = new Block { Values = values + first, Length = int.Min(BlockLength, length - first) };
            kernels.Run(ref block);
            sum += block.Sum;
        }

        return double.Sqrt(sum);
    }

    /// <inheritdoc/>
    public void Run(int unit, int thread)
    {
        int first = unit * BlockLength, count = int.Min(BlockLength, length - first);
        float* copy = stackalloc float[_left.Count == 0 ? 0 : BlockLength];
        var block = new Block { Values = _left.Count == 0 ? _values + first : Without(copy, first, count), Length = count };
        kernels.Run(ref block);
        _blocks[unit] = block.Sum;
    }

    /// <summary>A copy of a block with +0 in place of what is left out.</summary>
    private float* Without(float* copy, int first, int count)
    {
        // SAFETY: both blocks have count floats, and the ranges are cut to them.
        Span<float> values = new(copy, count);
        new ReadOnlySpan<float>(_values + first, count).CopyTo(values);
        for (int i = 0; i < _left.Count; i++)
        {
            int begin = int.Max(_left[i].First - first, 0), end = int.Min(_left[i].First + _left[i].Length - first, count);
            if (begin < end) values[begin..end].Clear();
        }

        return copy;
    }

    private struct Block : ISimdAction
    {
        public float* Values;
        public int Length;
        public double Sum;

        public void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            double* chains = stackalloc double[Chains];
            for (int chain = 0; chain < Chains; chain++) chains[chain] = 0;
            int done = TSimd.Lanes == 1 ? 0 : Vectors(chains);
            for (int i = done; i < Length; i++) chains[i % Chains] += (double)Values[i] * Values[i];
            for (int half = Chains / 2; half > 0; half /= 2)
            {
                for (int chain = 0; chain < half; chain++) chains[chain] += chains[chain + half];
            }

            Sum = chains[0];
        }

        /// <summary>The whole sixteens of a block; the runtime makes narrower instructions of these vectors where it has to.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Vectors(double* chains)
        {
            Vector512<double> low = Vector512<double>.Zero, high = Vector512<double>.Zero;
            int i = 0;
            for (; i <= Length - Chains; i += Chains)
            {
                (Vector512<double> left, Vector512<double> right) = Vector512.Widen(Vector512.Load(Values + i));
                low += left * left;
                high += right * right;
            }

            Vector512.Store(low, chains);
            Vector512.Store(high, chains + (Chains / 2));
            return i;
        }
    }
}
