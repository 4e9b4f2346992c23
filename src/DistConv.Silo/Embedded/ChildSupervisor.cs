using DistConv.Core;

namespace DistConv.Silo.Embedded;

/// <summary>Keeps one silo of a cluster in a child process: starts it, tells when it is lost, and starts another in its place.</summary>
/// <param name="command">Program and arguments.</param>
/// <param name="joining">Held by the one child of the cluster that joins it.</param>
/// <param name="warn">Gets one line at a time, from any thread.</param>
/// <param name="lost">Called at once when the process of a silo that was ready has ended.</param>
internal sealed class ChildSupervisor(IReadOnlyList<string> command, SemaphoreSlim joining, Action<string> warn, Action<SiloAddress> lost) : IAsyncDisposable
{
    private const int MaxFailedStarts = 3;
    private const string WithoutIt = "jobs continue without this silo";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<SiloAddress> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _replacing = new();
    private ChildProcess _process = ChildProcess.Start(command, warn);
    private bool _isStopping;
    private Task _supervision = Task.CompletedTask;

    /// <summary>Lets the child become a silo, and replaces it for as long as this is not disposed.</summary>
    /// <param name="settings">Its settings.</param>
    /// <returns>The silo's address when it is ready.</returns>
    /// <exception cref="InvalidInputException">It does not start.</exception>
    public Task<SiloAddress> OpenAsync(ChildSiloSettings settings)
    {
        _supervision = Task.Run(async () =>
        {
            try
            {
                await SuperviseAsync(settings);
            }
            catch (Exception e) when (_ready.TrySetException(e))
            {
                // Told to whoever waits for the silo.
            }
        });
        return _ready.Task;
    }

    /// <summary>Ends the child.</summary>
    /// <returns>When its process is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        ChildProcess process;
        lock (_replacing) (_isStopping, process) = (true, _process);
        process.Close();
        Task ended = Task.WhenAll(process.WaitAsync(), _supervision);
        if (await Task.WhenAny(ended, Task.Delay(_patience)) != ended) process.Kill();
        await ended;
        process.Dispose();
    }

    private async Task SuperviseAsync(ChildSiloSettings settings)
    {
        int failedStarts = 0;
        while (true)
        {
            SiloAddress? silo = await _process.OpenAsync(settings, joining);
            if (silo is not null)
            {
                failedStarts = 0;
                _ready.TrySetResult(silo);
                settings = settings with { Port = silo.Endpoint.Port }; // Its successor at the same port: the cluster knows at once that it is dead.
            }

            int exitCode = await _process.WaitAsync();
            if (silo is not null) lost(silo);
            if (silo is null && (!_ready.Task.IsCompleted || ++failedStarts == MaxFailedStarts))
            {
                GiveUp(exitCode);
                return;
            }

            if (!TryReplace(exitCode)) return;
        }
    }

    private bool TryReplace(int exitCode)
    {
        lock (_replacing)
        {
            if (_isStopping) return false;
            warn($"silo process {_process.Id} ended (exit code {exitCode}); another is started in its place");
            try
            {
                ChildProcess ended = _process;
                _process = ChildProcess.Start(command, warn);
                ended.Dispose();
                return true;
            }
            catch (InvalidInputException e)
            {
                warn($"{e.Message}; {WithoutIt}");
                return false;
            }
        }
    }

    private void GiveUp(int exitCode)
    {
        string reason = $"a silo process does not start (exit code {exitCode}): {_process.LastError ?? "it said nothing"}";
        if (!_ready.TrySetException(new InvalidInputException(reason))) warn($"{reason}; {WithoutIt}");
    }
}
