using System.Runtime.CompilerServices;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>How a vectorised extent (output or input channels) is cut into panels of one or two vectors; the last one is padded to whole vectors.</summary>
/// <param name="Extent">Columns in all.</param>
/// <param name="Lanes">Lanes of a vector.</param>
internal readonly record struct PanelLayout(int Extent, int Lanes)
{
    /// <summary>Number of panels.</summary>
    public int Count => (Extent + (2 * Lanes) - 1) / (2 * Lanes);

    /// <summary>Columns over all panels, padding included.</summary>
    public int PaddedExtent => (Extent + Lanes - 1) / Lanes * Lanes;

    /// <summary>First column of a panel; also the padded columns before it.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>Its first column.</returns>
    public int Start(int panel) => panel * 2 * Lanes;

    /// <summary>Columns of a panel that exist.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>1 … 2 × lanes.</returns>
    public int Columns(int panel) => int.Min(Extent - Start(panel), 2 * Lanes);

    /// <summary>Vectors of a panel: 1 or 2.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>1 or 2.</returns>
    public int Vectors(int panel) => (Columns(panel) + Lanes - 1) / Lanes;

    /// <summary>Whether the panel's last vector reaches beyond the extent.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>True if it does.</returns>
    public bool IsPartial(int panel) => Columns(panel) % Lanes != 0;

    /// <summary>Packs rows × extent (row-major) as panel after panel of rows × padded columns; padding is +0.</summary>
    /// <param name="source">rows × extent.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">rows × <see cref="PaddedExtent"/>.</param>
    public unsafe void Pack(float* source, long rows, float* destination)
    {
        for (int panel = 0; panel < Count; panel++) PackPanel(panel, source, Extent, rows, destination + (Start(panel) * rows));
    }

    /// <summary>Packs one panel.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="source">rows × extent: the whole matrix.</param>
    /// <param name="stride">Floats from one of its rows to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">rows × padded columns of this panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void PackPanel(int panel, float* source, int stride, long rows, float* destination)
    {
        int columns = Columns(panel);
        int width = Vectors(panel) * Lanes;
        source += Start(panel);
        for (long row = 0; row < rows; row++, source += stride, destination += width)
        {
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(destination, width));
            new Span<float>(destination + columns, width - columns).Clear();
        }
    }

    /// <summary>Packs one panel of the transpose: row r of the panel holds column r of the source.</summary>
    /// <param name="panel">The panel, over the source's rows.</param>
    /// <param name="source">extent × columns: the whole matrix, row stride <paramref name="columns"/>.</param>
    /// <param name="columns">Columns of the source, rows of the panel.</param>
    /// <param name="destination">columns × padded columns of this panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void PackPanelTransposed(int panel, float* source, int columns, float* destination)
    {
        int count = Columns(panel), width = Vectors(panel) * Lanes, fours = count & ~3, r = 0;
        source += (long)Start(panel) * columns;
        for (; r <= columns - 4; r += 4)
        {
            for (int lane = 0; lane < fours; lane += 4)
                ChannelPlanes.TransposeFour(source + ((long)lane * columns) + r, columns, destination + ((long)r * width) + lane, width);
            for (int i = r; i < r + 4; i++) PackLanes(i, fours);
        }

        for (; r < columns; r++) PackLanes(r, 0);

        void PackLanes(int row, int lane)
        {
            float* to = destination + ((long)row * width);
            for (; lane < count; lane++) to[lane] = source[((long)lane * columns) + row];
            for (; lane < width; lane++) to[lane] = 0f;
        }
    }
}
