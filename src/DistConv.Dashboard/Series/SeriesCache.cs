namespace DistConv.Dashboard.Series;

/// <summary>The records that were asked for last, within a budget of memory. Safe for several threads.</summary>
/// <param name="maxBytes">The budget.</param>
internal sealed class SeriesCache(long maxBytes = SeriesCache.DefaultMaxBytes)
{
    /// <summary>Some 20 jobs of 100,000 steps.</summary>
    public const long DefaultMaxBytes = 96L << 20;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Job, JobSeries Series)> _byUse = [];

    /// <summary>How many records are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _byUse.Count;
        }
    }

    /// <summary>The record of a job, as far as it has been read.</summary>
    public JobSeries Get(string job)
    {
        lock (_gate)
        {
            LinkedListNode<(string Job, JobSeries Series)>? node = _byUse.First;
            while (node is not null && node.Value.Job != job) node = node.Next;
            if (node is null) node = new LinkedListNode<(string, JobSeries)>((job, new JobSeries()));
            else _byUse.Remove(node);
            _byUse.AddFirst(node);
            Trim();
            return node.Value.Series;
        }
    }

    /// <summary>Whoever still reads a record that leaves here keeps it alive.</summary>
    private void Trim()
    {
        long bytes = 0;
        LinkedListNode<(string Job, JobSeries Series)>? node = _byUse.First;
        while (node is not null)
        {
            LinkedListNode<(string Job, JobSeries Series)>? next = node.Next;
            bytes += node.Value.Series.Bytes;
            if (bytes > maxBytes && node.Previous is not null) _byUse.Remove(node);
            node = next;
        }
    }
}
