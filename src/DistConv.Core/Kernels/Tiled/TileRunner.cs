using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>Edges: cuts the rows of one panel into tiles and keeps the lanes beyond the extent out of the output.</summary>
internal static unsafe class TileRunner<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <summary>Floats that <see cref="RunRows"/> needs for the tile of a partial panel.</summary>
    public static int PartialLength => TSimd.MaxTileRows * 2 * TSimd.Lanes;

    /// <summary>Runs <paramref name="count"/> rows of one panel, from the tile's row 0 on.</summary>
    /// <param name="tile">The operands of the first row; its C points at the panel's first column.</param>
    /// <param name="count">Rows.</param>
    /// <param name="layout">The panels.</param>
    /// <param name="panel">Which one.</param>
    /// <param name="partial"><see cref="PartialLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunRows(Tile tile, int count, PanelLayout layout, int panel, float* partial)
    {
        int vectors = layout.Vectors(panel);
        bool isPartial = layout.IsPartial(panel);
        int columns = layout.Columns(panel), width = vectors * TSimd.Lanes;
        byte* c = tile.C;
        nint cRow = tile.CRow;
        bool readsOutput = tile.Start == TileStart.Accumulate || tile.Finish == TileFinish.AddToOutput;
        bool masked = isPartial && tile.Finish == TileFinish.ReluGradient;
        if (isPartial) tile.CRow = width * sizeof(float);
        if (masked) tile.Finish = TileFinish.AddZero;
        while (count > 0)
        {
            int rows = TileTable<TSimd, TVec>.NextRows(count);
            if (isPartial)
            {
                if (readsOutput) Copy(c, cRow, (byte*)partial, tile.CRow, rows, columns);
                tile.C = (byte*)partial;
                TileTable<TSimd, TVec>.Run(&tile, rows, vectors);
                if (masked) CopyMasked((byte*)partial, tile.CRow, c, cRow, tile.Rectified, rows, columns);
                else Copy((byte*)partial, tile.CRow, c, cRow, rows, columns);
            }
            else
            {
                tile.C = c;
                TileTable<TSimd, TVec>.Run(&tile, rows, vectors);
            }

            tile.A += rows * tile.ARow;
            c += rows * cRow;
            count -= rows;
        }
    }

    /// <summary>Copies neighbouring values: so few that a call of the runtime's copy would take longer.</summary>
    /// <param name="from">count values.</param>
    /// <param name="to">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyRow(float* from, float* to, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes) TSimd.Store(to + i, TSimd.Load(from + i));
        for (; i < count; i++) to[i] = from[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(byte* source, nint sourceRow, byte* destination, nint destinationRow, int rows, int columns)
    {
        for (int row = 0; row < rows; row++, source += sourceRow, destination += destinationRow)
        {
            CopyRow((float*)source, (float*)destination, columns);
        }
    }

    private static void CopyMasked(byte* source, nint sourceRow, byte* destination, nint destinationRow, nint rectified, int rows, int columns)
    {
        for (int row = 0; row < rows; row++, source += sourceRow, destination += destinationRow)
        {
            float* from = (float*)source, to = (float*)destination, mask = (float*)(destination + rectified);
            for (int column = 0; column < columns; column++) to[column] = mask[column] > 0f ? from[column] : 0f;
        }
    }
}
