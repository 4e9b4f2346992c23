namespace DistConv.Grains.Addressing;

/// <summary>
/// Calls that are asked again while no answer comes. Orleans tells a caller that its request cannot be delivered, but it drops an answer whose connection has
/// broken, and the caller waits until its limit. A silo that is gone refuses the next request.
/// </summary>
internal static class RepeatedCall
{
    /// <summary>Asks, and asks again after each interval.</summary>
    /// <typeparam name="T">What is answered.</typeparam>
    /// <param name="call">The call; it may be answered more than once, to the same effect.</param>
    /// <param name="interval">How long an answer is waited for before it is asked for again.</param>
    /// <param name="waits">Told before the call is made again: how often it has been made.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The first answer to any of the calls, or the first failure.</returns>
    public static async Task<T> AskAsync<T>(Func<Task<T>> call, TimeSpan interval, Action<int> waits, TimeProvider time)
    {
        List<Task<T>> asked = [call()];
        while (true)
        {
            Task<Task<T>> first = Task.WhenAny(asked);
            if (await first.EndsWithinAsync(interval, time, CancellationToken.None))
            {
                Task<T> answered = await first;
                foreach (Task<T> other in asked.Where(other => other != answered)) other.Ignore();
                return await answered;
            }

            waits(asked.Count);
            asked.Add(call());
        }
    }
}
