using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>Images as one plane a channel, for products whose lanes are positions, and back to interleaved channels.</summary>
internal static unsafe class ChannelPlanes
{
    /// <summary>Splits rows × columns × channels into planes, each padded with +0 on all sides.</summary>
    /// <param name="source">rows × columns × channels.</param>
    /// <param name="rows">Rows of the image.</param>
    /// <param name="columns">Columns of the image.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="planes">channels × paddedRows × paddedColumns, overwritten.</param>
    /// <param name="top">Rows of +0 above the image.</param>
    /// <param name="left">Columns of +0 beside it.</param>
    /// <param name="paddedRows">Rows of a plane; of the image's rows, those that fit are copied.</param>
    /// <param name="paddedColumns">Columns of a plane, at least left + columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(float* source, int rows, int columns, int channels, float* planes, int top, int left, int paddedRows, int paddedColumns)
    {
        int end = int.Min(rows, paddedRows - top);
        for (int channel = 0; channel < channels; channel++)
        {
            float* row = planes + ((long)channel * paddedRows * paddedColumns);
            new Span<float>(row, top * paddedColumns).Clear();
            row += (long)top * paddedColumns;
            float* from = source + channel;
            for (int r = 0; r < end; r++, row += paddedColumns)
            {
                new Span<float>(row, left).Clear();
                float* to = row + left;
                for (int column = 0; column < columns; column++, from += channels) to[column] = *from;
                new Span<float>(to + columns, paddedColumns - left - columns).Clear();
            }

            new Span<float>(row, (paddedRows - top - end) * paddedColumns).Clear();
        }
    }

    /// <summary>Joins planes into interleaved channels.</summary>
    /// <param name="planes">First value of the first plane.</param>
    /// <param name="planePitch">Floats from a plane to the next.</param>
    /// <param name="rowPitch">Floats from a plane's row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="destination">rows × columns × channels, overwritten in ascending order.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join(float* planes, long planePitch, int rowPitch, int rows, int columns, int channels, float* destination)
    {
        for (int row = 0; row < rows; row++, planes += rowPitch, destination += (long)columns * channels)
        {
            // Blocks of four channels may reach into the positions that follow, which are written later; the last row has none that do.
            int column = 0;
            if (row < rows - 1 && columns >= 4)
            {
                for (; column < columns; column += 4)
                {
                    int first = int.Min(column, columns - 4);
                    JoinFour(planes + first, planePitch, channels, destination + ((long)first * channels));
                }
            }

            for (; column < columns; column++)
            {
                for (int channel = 0; channel < channels; channel++)
                    destination[((long)column * channels) + channel] = planes[(channel * planePitch) + column];
            }
        }
    }

    /// <summary>Transposes four rows of four values.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourcePitch">Floats from a row to the next.</param>
    /// <param name="destination">The first column's values, as a row.</param>
    /// <param name="destinationPitch">Floats from a row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeFour(float* source, long sourcePitch, float* destination, long destinationPitch) => StoreTransposed(
        Vector128.Load(source), Vector128.Load(source + sourcePitch), Vector128.Load(source + (2 * sourcePitch)), Vector128.Load(source + (3 * sourcePitch)),
        destination, destinationPitch);

    /// <summary>Four positions; the last block of channels first, so that the others overwrite what it writes too much.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void JoinFour(float* planes, long planePitch, int channels, float* destination)
    {
        for (int block = (channels - 1) & ~3; block >= 0; block -= 4)
        {
            int last = channels - 1 - block;
            float* plane = planes + (block * planePitch);
            Vector128<float> c0 = Vector128.Load(plane), c1 = Vector128.Load(plane + (int.Min(1, last) * planePitch));
            Vector128<float> c2 = Vector128.Load(plane + (int.Min(2, last) * planePitch)), c3 = Vector128.Load(plane + (int.Min(3, last) * planePitch));
            StoreTransposed(c0, c1, c2, c3, destination + block, channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTransposed(
        Vector128<float> r0, Vector128<float> r1, Vector128<float> r2, Vector128<float> r3, float* destination, long pitch)
    {
        Vector128<float> low01 = ZipLow(r0, r1), high01 = ZipHigh(r0, r1), low23 = ZipLow(r2, r3), high23 = ZipHigh(r2, r3);
        Vector128.Store(LowHalves(low01, low23), destination);
        Vector128.Store(HighHalves(low01, low23), destination + pitch);
        Vector128.Store(LowHalves(high01, high23), destination + (2 * pitch));
        Vector128.Store(HighHalves(high01, high23), destination + (3 * pitch));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LowHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveLowToHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a.AsDouble(), b.AsDouble()).AsSingle()
        : Vector128.Create(a[0], a[1], b[0], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> HighHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveHighToLow(b, a)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a.AsDouble(), b.AsDouble()).AsSingle()
        : Vector128.Create(a[2], a[3], b[2], b[3]);
}
