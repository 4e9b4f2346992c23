namespace DistConv.Grains.Jobs;

/// <summary>Something that may be wrong for long, and is told once. Safe for several threads.</summary>
internal sealed class Trouble
{
    private string? _told;

    /// <summary>Whether what is wrong now is something else than before.</summary>
    /// <param name="e">What is wrong.</param>
    /// <returns>True once, until it is over.</returns>
    public bool IsNews(Exception e) => Interlocked.Exchange(ref _told, e.Message) != e.Message;

    /// <summary>Nothing is wrong any more.</summary>
    public void End() => Volatile.Write(ref _told, null);
}
