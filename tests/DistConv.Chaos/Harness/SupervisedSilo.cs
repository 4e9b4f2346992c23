using System.Diagnostics;

namespace DistConv.Chaos.Harness;

/// <summary>
/// One silo and its supervisor, which starts it again whenever it ends, as Docker's <c>restart: unless-stopped</c> does: 0.1 s later, after ends in quick
/// succession up to 5 s later.
/// </summary>
internal sealed class SupervisedSilo : IAsyncDisposable
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _steady = TimeSpan.FromSeconds(10);

    private readonly ProcessStartInfo _start;
    private readonly Journal _journal;
    private readonly CancellationTokenSource _retired = new();
    private readonly Task _supervision;
    private volatile int _process;
    private volatile int _starts;

    /// <summary>Starts the silo.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="start">How it is started, each time.</param>
    /// <param name="journal">What it writes.</param>
    public SupervisedSilo(SiloPlace place, ProcessStartInfo start, Journal journal)
    {
        (Place, _start, _journal) = (place, start, journal);
        _supervision = Task.Run(SuperviseAsync);
    }

    /// <summary>Where it stands.</summary>
    public SiloPlace Place { get; }

    /// <summary>Its name in the journal.</summary>
    public string Name => $"silo {Place.Number}";

    /// <summary>Its process now; 0 while there is none.</summary>
    public int ProcessId => _process;

    /// <summary>How often it has been started.</summary>
    public int Starts => _starts;

    /// <summary>Whether it is stopped, and thawed by <see cref="Thaw"/> only.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>Whether it has been asked to leave for good.</summary>
    public bool IsRetired => _retired.IsCancellationRequested;

    /// <summary>Kills it with -9; the supervisor starts it again.</summary>
    /// <returns>The process that was killed; 0 if there was none.</returns>
    public int Kill()
    {
        int process = _process;
        IsFrozen = false;
        return Signals.Kill(process) ? process : 0;
    }

    /// <summary>Sends SIGTERM; the supervisor starts it again.</summary>
    public void Terminate() => Signals.Terminate(_process);

    /// <summary>Sends SIGSTOP.</summary>
    public void Freeze() => IsFrozen = Signals.Freeze(_process);

    /// <summary>Sends SIGCONT.</summary>
    public void Thaw()
    {
        if (IsFrozen) Signals.Thaw(_process);
        IsFrozen = false;
    }

    /// <summary>Sends SIGTERM and waits for the end; nobody starts it again.</summary>
    public async Task LeaveAsync()
    {
        await _retired.CancelAsync();
        Terminate();
        await _supervision;
    }

    /// <summary>The line that says that the silo is ready, of the start that is under way, or of a later one.</summary>
    public Task ReadyAsync(TimeSpan limit, CancellationToken token) => ReadyAsync(0, limit, token);

    /// <summary>The first line from a position of the journal on that says that the silo is ready.</summary>
    public Task ReadyAsync(int position, TimeSpan limit, CancellationToken token) =>
        _journal.FirstAsync(position, line => line.Source == Name && line.Text.Contains(" is ready", StringComparison.Ordinal), limit, token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _retired.CancelAsync();
        Kill();
        await _supervision;
        _retired.Dispose();
    }

    private async Task SuperviseAsync()
    {
        TimeSpan pause = _firstPause;
        while (!IsRetired)
        {
            long started = Stopwatch.GetTimestamp();
            int exitCode = await RunAsync();
            _journal.Add(Name, $"(process ended with exit code {exitCode})");
            pause = Stopwatch.GetElapsedTime(started) >= _steady ? _firstPause : pause;
            await Task.Delay(pause, _retired.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
        }
    }

    private async Task<int> RunAsync()
    {
        using Process process = Process.Start(_start)!;
        _process = process.Id;
        Interlocked.Increment(ref _starts);
        if (IsRetired) Signals.Kill(process.Id); // It was asked to leave between two processes.
        _journal.Add(Name, $"(process {process.Id} starts)");
        Task output = PumpAsync(process.StandardOutput);
        Task errors = PumpAsync(process.StandardError);
        await process.WaitForExitAsync();
        _process = 0;
        await Task.WhenAll(output, errors);
        return process.ExitCode;
    }

    private async Task PumpAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line) _journal.Add(Name, line);
    }
}
