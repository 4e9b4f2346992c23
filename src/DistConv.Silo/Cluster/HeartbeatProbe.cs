namespace DistConv.Silo.Cluster;

/// <summary>A part of the silo that is asked again and again, each time after it has answered.</summary>
/// <param name="ask">Asks; completes with the answer.</param>
/// <param name="time">The clock.</param>
internal sealed class HeartbeatProbe(Func<Task> ask, TimeProvider time)
{
    private Task _asked = Task.CompletedTask;
    private long _answered = time.GetTimestamp();

    /// <summary>How long ago it answered; zero if it owes no answer.</summary>
    public TimeSpan Age
    {
        get
        {
            Note();
            return time.GetElapsedTime(Volatile.Read(ref _answered));
        }
    }

    /// <summary>Asks, unless the last answer is still to come. Not to be called twice at once.</summary>
    public void Ask()
    {
        Note();
        if (Volatile.Read(ref _asked).IsCompleted) Volatile.Write(ref _asked, Task.Run(ask));
    }

    private void Note()
    {
        if (Volatile.Read(ref _asked).IsCompletedSuccessfully) Volatile.Write(ref _answered, time.GetTimestamp());
    }
}
