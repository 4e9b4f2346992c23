namespace DistConv.Dashboard.Models;

/// <summary>
/// Work that takes long and is the same for all who ask: it is done once, one piece after another, and goes on when the caller who began it gives up. The
/// last results are kept.
/// </summary>
/// <param name="kept">How many results are kept.</param>
internal sealed class SharedWork<TKey, TValue>(int kept)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(TKey Key, Task<TValue> Work)> _byUse = [];
    private Task _last = Task.CompletedTask;

    /// <summary>The result for a key.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="work">Finds it.</param>
    /// <param name="ct">Gives the waiting up.</param>
    public Task<TValue> GetAsync(TKey key, Func<Task<TValue>> work, CancellationToken ct)
    {
        Task<TValue> found;
        lock (_gate)
        {
            LinkedListNode<(TKey Key, Task<TValue> Work)>? node = _byUse.First;
            while (node is not null && !node.Value.Key.Equals(key)) node = node.Next;
            if (node is not null) _byUse.Remove(node);
            if (node is null || node.Value.Work is { IsCompleted: true, IsCompletedSuccessfully: false }) // A failure is not kept: the next one may succeed.
            {
                node = new LinkedListNode<(TKey Key, Task<TValue> Work)>((key, AfterAsync(_last, work)));
                _last = node.Value.Work;
            }

            _byUse.AddFirst(node);
            while (_byUse.Count > kept && _byUse.Last!.Value.Work.IsCompleted) _byUse.RemoveLast();
            found = node.Value.Work;
        }

        return found.WaitAsync(ct);
    }

    private static async Task<TValue> AfterAsync(Task before, Func<Task<TValue>> work)
    {
        await before.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return await Task.Run(work);
    }
}
