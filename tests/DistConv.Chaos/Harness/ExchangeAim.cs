using System.Diagnostics;

namespace DistConv.Chaos.Harness;

/// <summary>
/// Strikes a silo while it exchanges gradients: between the first frame of a step that its exchange thread sends or adds, and the last sum that it gives to
/// others. The kernel's account of that thread shows when it works, for it sleeps otherwise; nothing in the silo is changed for the test. Linux only.
/// </summary>
internal sealed class ExchangeAim
{
    /// <summary>As the kernel shows the name, of which it keeps 15 characters.</summary>
    private const string ThreadName = "DistConv exchan";

    /// <summary>Exchanges that are watched before one is struck.</summary>
    private const int Watched = 5;

    /// <summary>After so long without work an exchange is over.</summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(4);

    private readonly string _account;
    private string _last;
    private long _workedAt;

    private ExchangeAim(string account)
    {
        (_account, _last) = (account, File.ReadAllText(account));
        _workedAt = Stopwatch.GetTimestamp();
    }

    /// <summary>Whether the system tells what a thread does.</summary>
    public static bool IsPossible => File.Exists("/proc/self/schedstat");

    /// <summary>Strikes a process in the middle of an exchange.</summary>
    /// <param name="process">The silo's process.</param>
    /// <param name="share">When, as a part of the time that its exchanges take: 0 … 1.</param>
    /// <param name="strike">What is done.</param>
    /// <param name="limit">How long to wait for an exchange.</param>
    /// <returns>Milliseconds since the beginning of the exchange that was struck; null if there was none.</returns>
    public static Task<double?> StrikeAsync(int process, double share, Action strike, TimeSpan limit) => Task.Factory.StartNew(
        () => Strike(process, share, strike, limit), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static double? Strike(int process, double share, Action strike, TimeSpan limit)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            if (Find(process) is not { } aim) return null;
            double[] lengths = new double[Watched];
            for (int seen = 0; seen < Watched; seen++)
            {
                if (!aim.UntilItBegins(started, limit)) return null;
                lengths[seen] = aim.UntilItEnds(TimeSpan.MaxValue).TotalMilliseconds;
            }

            Array.Sort(lengths);
            TimeSpan delay = TimeSpan.FromMilliseconds(share * lengths[Watched / 2]);
            while (aim.UntilItBegins(started, limit))
            {
                // An exchange that was over sooner is not the one: the next may be.
                if (aim.UntilItEnds(delay) is var worked && worked < delay) continue;
                strike();
                return worked.TotalMilliseconds;
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // The process has ended.
        }
    }

    private static ExchangeAim? Find(int process)
    {
        string tasks = $"/proc/{process}/task";
        if (!Directory.Exists(tasks)) return null;
        string? thread = Directory.EnumerateDirectories(tasks).FirstOrDefault(task => File.ReadAllText(Path.Combine(task, "comm")).TrimEnd() == ThreadName);
        return thread is null ? null : new ExchangeAim(Path.Combine(thread, "schedstat"));
    }

    private bool UntilItBegins(long started, TimeSpan limit)
    {
        while (!Look())
        {
            if (Stopwatch.GetElapsedTime(started) > limit) return false;
            Thread.Sleep(1);
        }

        return true;
    }

    /// <summary>Watches an exchange that has begun, for so long at most.</summary>
    /// <returns>How long the thread worked.</returns>
    private TimeSpan UntilItEnds(TimeSpan longest)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Stopwatch.GetElapsedTime(began) is var lasting && lasting >= longest) return lasting;
            Thread.Sleep(1);
            Look();
            if (Stopwatch.GetElapsedTime(_workedAt) > _quiet) return Stopwatch.GetElapsedTime(began, _workedAt);
        }
    }

    /// <summary>Whether the thread has worked since the last look.</summary>
    private bool Look()
    {
        string now = File.ReadAllText(_account);
        if (now == _last) return false;
        (_last, _workedAt) = (now, Stopwatch.GetTimestamp());
        return true;
    }
}
