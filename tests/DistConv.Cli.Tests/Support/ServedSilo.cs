using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>A <c>distconv serve</c> on the loopback interface with one thread, and what it says.</summary>
internal sealed class ServedSilo : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasEnded;

    /// <summary>Starts it, without health unless the arguments say otherwise.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="environment">Its settings.</param>
    /// <param name="args">What follows <c>serve</c>.</param>
    public ServedSilo(string folder, IReadOnlyDictionary<string, string>? environment, params string[] args)
    {
        string[] health = args.Contains("--health") ? [] : ["--health", "none"];
        string[] listen = args.Contains("--listen") ? [] : ["--listen", "127.0.0.1:0"];
        Process = DistConvProcess.Start(folder, environment, ["serve", "--gateway-port", "0", "--threads", "1", .. health, .. listen, .. args], Hear);
        _ = EndAsync();
    }

    /// <summary>The process.</summary>
    public DistConvProcess Process { get; }

    /// <summary>Everything that it has said.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>Waits until it takes part in its cluster.</summary>
    /// <returns>The line that says so.</returns>
    public Task<string> ReadyAsync() => LineAsync(" is ready: ");

    /// <summary>Waits for a line, or finds it among those that it has said.</summary>
    /// <param name="fragment">What the line contains.</param>
    public async Task<string> LineAsync(string fragment)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(_patience);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_lines.Find(line => line.Contains(fragment, StringComparison.Ordinal)) is { } found) return found;
                Assert.False(_hasEnded, $"it ended without '{fragment}':\n{string.Join('\n', _lines)}");
                changed = _changed.Task;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Process.Dispose();

    private async Task EndAsync()
    {
        await Process.WaitAsync();
        lock (_gate) _hasEnded = true;
        Signal();
    }

    private Task Hear(string line)
    {
        lock (_gate) _lines.Add(line);
        Signal();
        return Task.CompletedTask;
    }

    private void Signal()
    {
        lock (_gate)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
