using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels.Elementwise;

/// <summary>Sums over samples and shards, never across lanes.</summary>
internal static unsafe class Sums<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* source, float* destination, long count)
    {
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
        {
            TSimd.Store(destination + i, TSimd.Add(TSimd.Load(destination + i), TSimd.Load(source + i)));
        }

        for (; i < count; i++) destination[i] += source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(float* values, long rows, int columns, int stride, float* sums)
    {
        int column = 0;
        for (; column <= columns - (2 * TSimd.Lanes); column += 2 * TSimd.Lanes)
        {
            TVec a = TSimd.Load(sums + column), b = TSimd.Load(sums + column + TSimd.Lanes);
            float* row = values + column;
            for (long r = 0; r < rows; r++, row += stride)
            {
                a = TSimd.Add(a, TSimd.Load(row));
                b = TSimd.Add(b, TSimd.Load(row + TSimd.Lanes));
            }

            TSimd.Store(sums + column, a);
            TSimd.Store(sums + column + TSimd.Lanes, b);
        }

        for (; column <= columns - TSimd.Lanes; column += TSimd.Lanes)
        {
            TVec a = TSimd.Load(sums + column);
            float* row = values + column;
            for (long r = 0; r < rows; r++, row += stride) a = TSimd.Add(a, TSimd.Load(row));
            TSimd.Store(sums + column, a);
        }

        if (column < columns) AddLastColumns(values + column, rows, columns - column, stride, sums + column);
    }

    /// <summary>Fewer columns than lanes: a vector reaches into the next row, whose values go to lanes that nobody reads; the last rows go one by
    /// one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddLastColumns(float* values, long rows, int columns, int stride, float* sums)
    {
        float* lanes = stackalloc float[TSimd.Lanes];
        new Span<float>(lanes, TSimd.Lanes).Clear();
        new ReadOnlySpan<float>(sums, columns).CopyTo(new Span<float>(lanes, TSimd.Lanes));
        TVec a = TSimd.Load(lanes);
        long r = 0, reached = ((rows - 1) * stride) + columns;
        for (; (r * stride) + TSimd.Lanes <= reached; r++) a = TSimd.Add(a, TSimd.Load(values + (r * stride)));
        TSimd.Store(lanes, a);
        for (; r < rows; r++)
        {
            for (int column = 0; column < columns; column++) lanes[column] += values[(r * stride) + column];
        }

        new ReadOnlySpan<float>(lanes, columns).CopyTo(new Span<float>(sums, columns));
    }
}
