using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// Sums of taps, channel by channel: <c>result[r, c, ch] = start + Σ source[plane, r', c', ch] · weights[tap, plane, ch]</c> over the taps (kh, kw, plane)
/// that a <see cref="TapTable"/> lists, one chain of fused multiply-adds that ends with <c>+ 0f</c> (docs/numerics.md, rules 2, 3, 10).
/// </summary>
internal unsafe struct DepthwiseSums
{
    /// <summary>planes × rows × columns × channels.</summary>
    public float* Source;

    /// <summary>Columns of a source row.</summary>
    public int SourceColumns;

    /// <summary>Floats of a source plane.</summary>
    public long SourcePlane;

    /// <summary>taps × planes × channels.</summary>
    public float* Weights;

    /// <summary>Planes.</summary>
    public int Planes;

    /// <summary>Channels.</summary>
    public int Channels;

    /// <summary>Where the chains start; null: at +0.</summary>
    public float* Bias;

    /// <summary>Whether <c>x &lt; 0 ? +0 : x</c> follows.</summary>
    public bool Relu;

    /// <summary>What ReLU gave in the result's place: where it is not positive, the result becomes +0; null: it stays.</summary>
    public float* Rectified;

    /// <summary>Computes all results: blocks of four vectors, then vectors, then the last channels one by one.</summary>
    /// <param name="taps">What each row and column reads.</param>
    /// <param name="result">rows × columns × channels, overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TSimd, TVec>(TapTable taps, float* result)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        long position = 0;
        foreach (TapTable.Tap[] rows in taps.Rows)
        {
            foreach (TapTable.Tap[] columns in taps.Columns)
            {
                int channel = 0;
                for (; channel <= Channels - (4 * TSimd.Lanes); channel += 4 * TSimd.Lanes)
                    Block<TSimd, TVec>(rows, columns, taps.KernelColumns, channel, position, result);
                for (; channel <= Channels - TSimd.Lanes; channel += TSimd.Lanes)
                    Vector<TSimd, TVec>(rows, columns, taps.KernelColumns, channel, position, result);
                for (; channel < Channels; channel++) Vector<ScalarSimd, float>(rows, columns, taps.KernelColumns, channel, position, result);
                position += Channels;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Block<TSimd, TVec>(TapTable.Tap[] rows, TapTable.Tap[] columns, int kernelColumns, int channel, long position, float* result)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        int second = TSimd.Lanes, third = 2 * TSimd.Lanes, fourth = 3 * TSimd.Lanes;
        TVec a = Start<TSimd, TVec>(channel), b = Start<TSimd, TVec>(channel + second);
        TVec c = Start<TSimd, TVec>(channel + third), d = Start<TSimd, TVec>(channel + fourth);
        foreach (TapTable.Tap row in rows)
        {
            foreach (TapTable.Tap column in columns)
            {
                float* x = Source + ((((long)row.Place * SourceColumns) + column.Place) * Channels) + channel;
                float* w = Weights + ((((long)row.Kernel * kernelColumns) + column.Kernel) * Planes * Channels) + channel;
                for (int plane = 0; plane < Planes; plane++, x += SourcePlane, w += Channels)
                {
                    a = TSimd.MultiplyAdd(TSimd.Load(x), TSimd.Load(w), a);
                    b = TSimd.MultiplyAdd(TSimd.Load(x + second), TSimd.Load(w + second), b);
                    c = TSimd.MultiplyAdd(TSimd.Load(x + third), TSimd.Load(w + third), c);
                    d = TSimd.MultiplyAdd(TSimd.Load(x + fourth), TSimd.Load(w + fourth), d);
                }
            }
        }

        position += channel;
        Finish<TSimd, TVec>(a, position, result);
        Finish<TSimd, TVec>(b, position + second, result);
        Finish<TSimd, TVec>(c, position + third, result);
        Finish<TSimd, TVec>(d, position + fourth, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Vector<TSimd, TVec>(TapTable.Tap[] rows, TapTable.Tap[] columns, int kernelColumns, int channel, long position, float* result)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec sum = Start<TSimd, TVec>(channel);
        foreach (TapTable.Tap row in rows)
        {
            foreach (TapTable.Tap column in columns)
            {
                float* x = Source + ((((long)row.Place * SourceColumns) + column.Place) * Channels) + channel;
                float* w = Weights + ((((long)row.Kernel * kernelColumns) + column.Kernel) * Planes * Channels) + channel;
                for (int plane = 0; plane < Planes; plane++, x += SourcePlane, w += Channels)
                    sum = TSimd.MultiplyAdd(TSimd.Load(x), TSimd.Load(w), sum);
            }
        }

        Finish<TSimd, TVec>(sum, position + channel, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly TVec Start<TSimd, TVec>(int channel)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct => Bias == null ? TSimd.Zero : TSimd.Load(Bias + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Finish<TSimd, TVec>(TVec sum, long at, float* result)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        sum = TSimd.Add(sum, TSimd.Zero);
        if (Relu) sum = TSimd.SelectGreater(TSimd.Zero, sum, TSimd.Zero, sum);
        if (Rectified != null) sum = TSimd.SelectGreater(TSimd.Load(Rectified + at), TSimd.Zero, sum, TSimd.Zero);
        TSimd.Store(result + at, sum);
    }
}
