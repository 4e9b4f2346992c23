using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>The loops of batch normalisation, over one sample of <c>positions × channels</c> values; lanes are channels.</summary>
public static unsafe class BatchNormKernels
{
    /// <summary>
    /// <c>first[c] = Σ factor[p, c]</c> and <c>second[c] = Σ factor[p, c] · values[p, c]</c>: chains in double over ascending p that start at +0. The product
    /// of two floats is exact in double: whether it is fused with its sum changes no bit.
    /// </summary>
    /// <param name="kernels">The instruction set; "scalar" is the definition.</param>
    /// <param name="factor">positions × channels values: the input, or the gradient of the output.</param>
    /// <param name="values">positions × channels values: the input.</param>
    /// <param name="positions">Height × width.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="sums">2 × channels doubles, first and then second; overwritten.</param>
    public static void ChannelSums(this KernelSet kernels, float* factor, float* values, int positions, int channels, double* sums)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        var loop = new SumLoop { Factor = factor, Values = values, Positions = positions, Channels = channels, Sums = sums };
        kernels.Run(ref loop);
    }

    /// <summary><c>y[p, c] = fma(scale[c], x[p, c], shift[c])</c>.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="x">positions × channels values.</param>
    /// <param name="scale">channels values.</param>
    /// <param name="shift">channels values.</param>
    /// <param name="positions">Height × width.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="y">positions × channels values, overwritten.</param>
    public static void ScaleAndShift(this KernelSet kernels, float* x, float* scale, float* shift, int positions, int channels, float* y)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        var loop = new AffineLoop { X = x, OfX = scale, Shift = shift, Positions = positions, Channels = channels, Y = y };
        kernels.Run(ref loop);
    }

    /// <summary><c>y[p, c] = fma(scale[c], x[p, c], shift[c]) + addend[p, c]</c>, then <c>y &lt; 0 ? +0 : y</c>, each if it is asked for.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="x">positions × channels values.</param>
    /// <param name="scale">channels values.</param>
    /// <param name="shift">channels values.</param>
    /// <param name="positions">Height × width.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="epilogue">The addend, of positions × channels values, and whether ReLU follows.</param>
    /// <param name="y">positions × channels values, overwritten.</param>
    public static void ScaleAndShift(
        this KernelSet kernels, float* x, float* scale, float* shift, int positions, int channels, Epilogue epilogue, float* y)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        var loop = new AffineLoop
        {
            X = x,
            OfX = scale,
            Shift = shift,
            Positions = positions,
            Channels = channels,
            Addend = epilogue.Addend,
            EndsInRelu = epilogue.EndsInRelu,
            Y = y,
        };
        kernels.Run(ref loop);
    }

    /// <summary><c>y[p, c] = fma(ofG[c], g[p, c], fma(ofX[c], x[p, c], shift[c]))</c>.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="g">positions × channels values.</param>
    /// <param name="ofG">channels values.</param>
    /// <param name="x">positions × channels values.</param>
    /// <param name="ofX">channels values.</param>
    /// <param name="shift">channels values.</param>
    /// <param name="positions">Height × width.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="y">positions × channels values, overwritten.</param>
    public static void ScaleBothAndShift(
        this KernelSet kernels, float* g, float* ofG, float* x, float* ofX, float* shift, int positions, int channels, float* y)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        var loop = new AffineLoop { G = g, OfG = ofG, X = x, OfX = ofX, Shift = shift, Positions = positions, Channels = channels, Y = y };
        kernels.Run(ref loop);
    }

    private struct SumLoop : ISimdAction
    {
        public float* Factor;
        public float* Values;
        public int Positions;
        public int Channels;
        public double* Sums;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            int channel = TSimd.Lanes == 1 ? 0 : Vectors(TSimd.Lanes < 16 ? 0 : Sixteens());
            for (; channel < Channels; channel++) One(channel);
        }

        private readonly void One(int channel)
        {
            double first = 0, second = 0;
            long end = (long)Positions * Channels;
            for (long i = channel; i < end; i += Channels)
            {
                first += Factor[i];
                second = Math.FusedMultiplyAdd(Factor[i], Values[i], second);
            }

            Sums[channel] = first;
            Sums[Channels + channel] = second;
        }

        /// <summary>Whole sixteens of channels, by AVX-512. In a forward pass the factor is the value: it is widened once.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Sixteens()
        {
            bool squares = Factor == Values;
            int channel = 0;
            for (; channel <= Channels - 16; channel += 16)
            {
                Vector512<double> firstLow = Vector512<double>.Zero, firstHigh = firstLow, secondLow = firstLow, secondHigh = firstLow;
                float* factor = Factor + channel, values = Values + channel;
                for (int p = 0; p < Positions; p++, factor += Channels, values += Channels)
                {
                    Vector512<double> fLow = Eight(factor), fHigh = Eight(factor + 8);
                    firstLow += fLow;
                    firstHigh += fHigh;
                    secondLow += fLow * (squares ? fLow : Eight(values));
                    secondHigh += fHigh * (squares ? fHigh : Eight(values + 8));
                }

                Vector512.Store(firstLow, Sums + channel);
                Vector512.Store(firstHigh, Sums + channel + 8);
                Vector512.Store(secondLow, Sums + Channels + channel);
                Vector512.Store(secondHigh, Sums + Channels + channel + 8);
            }

            return channel;

            static Vector512<double> Eight(float* values) => Avx512F.ConvertToVector512Double(Vector256.Load(values));
        }

        /// <summary>Whole eights of the channels from one on, then a four; the runtime makes narrower instructions of these vectors where it has to.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Vectors(int channel)
        {
            for (; channel <= Channels - 8; channel += 8)
            {
                Vector256<double> firstLow = Vector256<double>.Zero, firstHigh = firstLow, secondLow = firstLow, secondHigh = firstLow;
                float* factor = Factor + channel, values = Values + channel;
                for (int p = 0; p < Positions; p++, factor += Channels, values += Channels)
                {
                    (Vector256<double> fLow, Vector256<double> fHigh) = Vector256.Widen(Vector256.Load(factor));
                    (Vector256<double> vLow, Vector256<double> vHigh) = Vector256.Widen(Vector256.Load(values));
                    firstLow += fLow;
                    firstHigh += fHigh;
                    secondLow += fLow * vLow;
                    secondHigh += fHigh * vHigh;
                }

                Vector256.Store(firstLow, Sums + channel);
                Vector256.Store(firstHigh, Sums + channel + 4);
                Vector256.Store(secondLow, Sums + Channels + channel);
                Vector256.Store(secondHigh, Sums + Channels + channel + 4);
            }

            if (channel > Channels - 4) return channel;
            Four(channel);
            return channel + 4;
        }

        private readonly void Four(int channel)
        {
            Vector128<double> firstLow = Vector128<double>.Zero, firstHigh = firstLow, secondLow = firstLow, secondHigh = firstLow;
            float* factor = Factor + channel, values = Values + channel;
            for (int p = 0; p < Positions; p++, factor += Channels, values += Channels)
            {
                (Vector128<double> fLow, Vector128<double> fHigh) = Vector128.Widen(Vector128.Load(factor));
                (Vector128<double> vLow, Vector128<double> vHigh) = Vector128.Widen(Vector128.Load(values));
                firstLow += fLow;
                firstHigh += fHigh;
                secondLow += fLow * vLow;
                secondHigh += fHigh * vHigh;
            }

            Vector128.Store(firstLow, Sums + channel);
            Vector128.Store(firstHigh, Sums + channel + 2);
            Vector128.Store(secondLow, Sums + Channels + channel);
            Vector128.Store(secondHigh, Sums + Channels + channel + 2);
        }
    }

    private struct AffineLoop : ISimdAction
    {
        public float* G;
        public float* OfG;
        public float* X;
        public float* OfX;
        public float* Shift;
        public int Positions;
        public int Channels;
        public float* Addend;
        public bool EndsInRelu;
        public float* Y;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            int channel = Run<TSimd, TVec>(0);
            if (TSimd.Lanes > 8) channel = Run<Avx2Simd, Vector256<float>>(channel);
            if (TSimd.Lanes > 4) channel = Run<Vector128Simd, Vector128<float>>(channel);
            Run<ScalarSimd, float>(channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Run<TSimd, TVec>(int channel)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            float* gradient = G, addend = Addend;
            bool relu = EndsInRelu;
            for (; channel <= Channels - TSimd.Lanes; channel += TSimd.Lanes)
            {
                TVec ofX = TSimd.Load(OfX + channel), shift = TSimd.Load(Shift + channel), ofG = gradient == null ? TSimd.Zero : TSimd.Load(OfG + channel);
                long end = (long)Positions * Channels;
                for (long i = channel; i < end; i += Channels)
                {
                    TVec y = TSimd.MultiplyAdd(ofX, TSimd.Load(X + i), shift);
                    if (gradient != null) y = TSimd.MultiplyAdd(ofG, TSimd.Load(gradient + i), y);
                    if (addend != null) y = TSimd.Add(y, TSimd.Load(addend + i));
                    if (relu) y = TSimd.SelectGreater(TSimd.Zero, y, TSimd.Zero, y);
                    TSimd.Store(Y + i, y);
                }
            }

            return channel;
        }
    }
}
