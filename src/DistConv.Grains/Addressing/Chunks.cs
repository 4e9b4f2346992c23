namespace DistConv.Grains.Addressing;

/// <summary>Cuts blocks of floats that are too large for one message.</summary>
internal static class Chunks
{
    /// <summary>4 MiB: a heartbeat that waits behind a chunk waits milliseconds.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Calls that are under way at a time: one travels while another is written and a third is read.</summary>
    private const int Window = 3;

    /// <summary>Has every chunk of a range sent or fetched, some at a time.</summary>
    /// <param name="first">The range's first element.</param>
    /// <param name="length">Its length.</param>
    /// <param name="chunkLength">The longest chunk, at least 1.</param>
    /// <param name="transfer">Sends or fetches a chunk: its first element, and how many there are.</param>
    /// <returns>When the last one has been answered; none is under way any longer.</returns>
    public static Task ForEachAsync(int first, int length, int chunkLength, Func<int, int, Task> transfer)
    {
        int count = (int)(((long)length + chunkLength - 1) / chunkLength);
        return Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Window }, async (chunk, _) =>
        {
            int offset = chunk * chunkLength;
            await transfer(first + offset, int.Min(chunkLength, length - offset));
        });
    }
}
