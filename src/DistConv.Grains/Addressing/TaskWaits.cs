namespace DistConv.Grains.Addressing;

/// <summary>Waits with an end.</summary>
internal static class TaskWaits
{
    /// <summary>Waits for a task, for so long at most. What it throws is left to whoever awaits it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="limit">How long; <see cref="Timeout.InfiniteTimeSpan"/>: without a limit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it has ended, well or not.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static async Task<bool> EndsWithinAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        await task.WaitAsync(limit, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }
}
