using System.Runtime.CompilerServices;

namespace DistConv.Core.Layers.Pooling;

/// <summary>The windows of a pooling: its geometry worked out once.</summary>
internal readonly struct PoolWindows(Pool2DShape shape)
{
    private readonly int _padTop = shape.PadTop;
    private readonly int _padLeft = shape.PadLeft;

    public int OutH { get; } = shape.OutH;

    public int OutW { get; } = shape.OutW;

    /// <summary>The window of one output position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PoolWindow At(int oh, int ow)
    {
        int h = (oh * shape.StrideH) - _padTop, w = (ow * shape.StrideW) - _padLeft;
        return new PoolWindow(
            int.Max(h, 0), int.Min(h + shape.PoolH, shape.InH), int.Max(w, 0), int.Min(w + shape.PoolW, shape.InW), h, w, shape.PoolW);
    }
}

/// <summary>The part of a pooling window that lies inside the input: rows [Top, Bottom), columns [Left, Right).</summary>
internal readonly record struct PoolWindow(int Top, int Bottom, int Left, int Right, int OriginH, int OriginW, int PoolW)
{
    /// <summary>Taps inside.</summary>
    public int Count => (Bottom - Top) * (Right - Left);

    /// <summary>Number of the first tap inside.</summary>
    public int FirstTap => Tap(Top, Left);

    /// <summary>kh · poolW + kw of an input position.</summary>
    public int Tap(int h, int w) => ((h - OriginH) * PoolW) + (w - OriginW);
}
