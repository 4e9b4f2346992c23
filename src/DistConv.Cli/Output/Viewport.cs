namespace DistConv.Cli.Output;

/// <summary>What a terminal has room and characters for.</summary>
/// <param name="Width">Columns that may be used.</param>
/// <param name="Height">Rows of the whole terminal.</param>
/// <param name="Unicode">Whether it shows more than ASCII.</param>
internal sealed record Viewport(int Width, int Height, bool Unicode)
{
    /// <summary>The done part of a bar.</summary>
    public char BarDone => Unicode ? '━' : '#';

    /// <summary>The other part.</summary>
    public char BarLeft => Unicode ? '─' : '-';

    /// <summary>Ever fuller cells, the first one empty.</summary>
    public string Levels => Unicode ? " ▁▂▃▄▅▆▇█" : " .:|";

    /// <summary>Stands for what does not fit.</summary>
    public string Ellipsis => Unicode ? "…" : "...";

    /// <summary>A bar as two pieces of text.</summary>
    /// <param name="share">How much of it is done, 0 … 1.</param>
    /// <param name="width">Its columns.</param>
    public (string Done, string Left) Bar(double share, int width)
    {
        int done = share >= 1 ? width : share > 0 ? (int)(share * width) : 0;
        return (new string(BarDone, done), new string(BarLeft, width - done));
    }
}
