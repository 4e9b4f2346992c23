using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Merging;

/// <summary>The loops of merging layers: whole vectors first, then the rest lane by lane. With one lane they are the definition.</summary>
internal static unsafe class MergeKernel<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine<TOperation>(float* left, float* right, float* output, long count)
        where TOperation : struct, IPairOperation
    {
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
            TSimd.Store(output + i, TOperation.Apply<TSimd, TVec>(TSimd.Load(left + i), TSimd.Load(right + i)));
        for (; i < count; i++) output[i] = TOperation.Apply<ScalarSimd, float>(left[i], right[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CombineWith<TOperation>(float* left, float right, float* output, long count)
        where TOperation : struct, IPairOperation
    {
        TVec value = TSimd.Broadcast(right);
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes) TSimd.Store(output + i, TOperation.Apply<TSimd, TVec>(TSimd.Load(left + i), value));
        for (; i < count; i++) output[i] = TOperation.Apply<ScalarSimd, float>(left[i], right);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Choose<TOrder>(float* values, float number, float* best, float* chosen, long count)
        where TOrder : struct, IOrder
    {
        long i = Choose<TSimd, TVec, TOrder>(values, number, best, chosen, 0, count);
        Choose<ScalarSimd, float, TOrder>(values, number, best, chosen, i, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Chosen(float* chosen, float number, float* gradOutput, float* gradInput, long count)
    {
        TVec wanted = TSimd.Broadcast(number);
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
            TSimd.Store(gradInput + i, TSimd.SelectEqual(TSimd.Load(chosen + i), wanted, TSimd.Load(gradOutput + i), TSimd.Zero));
        for (; i < count; i++) gradInput[i] = chosen[i] == number ? gradOutput[i] : 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProducts(float* left, float* right, int rightStride, int positions, int channels, float* sums)
    {
        int c = AddProducts<TSimd, TVec>(left, right, rightStride, positions, channels, sums, 0);
        AddProducts<ScalarSimd, float>(left, right, rightStride, positions, channels, sums, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Choose<TS, TV, TOrder>(float* values, float number, float* best, float* chosen, long i, long count)
        where TS : struct, ISimd<TV>
        where TV : struct
        where TOrder : struct, IOrder
    {
        TV own = TS.Broadcast(number);
        for (; i <= count - TS.Lanes; i += TS.Lanes)
        {
            TV value = TS.Load(values + i), old = TS.Load(best + i), oldChosen = TS.Load(chosen + i);

            // Better, or isnan(v): NaN is the one value that does not equal itself.
            TS.Store(chosen + i, TOrder.SelectBetter<TS, TV>(value, old, own, TS.SelectEqual(value, value, oldChosen, own)));
            TS.Store(best + i, TOrder.SelectBetter<TS, TV>(value, old, value, TS.SelectEqual(value, value, old, value)));
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int AddProducts<TS, TV>(float* left, float* right, int rightStride, int positions, int channels, float* sums, int c)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        for (; c <= channels - TS.Lanes; c += TS.Lanes)
        {
            TV sum = TS.Zero;
            float* a = left + c, b = right + c;
            for (int p = 0; p < positions; p++, a += channels, b += rightStride) sum = TS.MultiplyAdd(TS.Load(a), TS.Load(b), sum);
            TS.Store(sums + c, sum);
        }

        return c;
    }
}
