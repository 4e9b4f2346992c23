using DistConv.Client.Running;
using DistConv.Core;

namespace DistConv.Cli.Running;

/// <summary>A trainer that starts while its job is still being planned: the plan waits for data, the start for compiled code, and neither for the
/// other.</summary>
internal sealed class StartingTrainer : IAsyncDisposable
{
    private readonly CancellationTokenSource _unneeded;
    private Task<IJobTrainer>? _start;

    /// <summary>Begins the start.</summary>
    /// <param name="start">Starts the trainer, which sends its warnings to the action that it is given.</param>
    /// <param name="warn">Gets warnings, as long as the trainer is needed.</param>
    /// <param name="stop">Gives the start up.</param>
    public StartingTrainer(Func<Action<string>, CancellationToken, Task<IJobTrainer>> start, Action<string> warn, CancellationToken stop)
    {
        _unneeded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        CancellationToken unneeded = _unneeded.Token;
        _start = Task.Run(() => start(Warn, unneeded), CancellationToken.None);

        void Warn(string line)
        {
            if (!unneeded.IsCancellationRequested || stop.IsCancellationRequested) warn(line);
        }
    }

    /// <summary>Hands the trainer over to who disposes it from then on.</summary>
    public Task<IJobTrainer> TakeAsync()
    {
        Task<IJobTrainer> start = _start ?? throw new InvalidOperationException("The trainer was taken before.");
        _start = null;
        return start;
    }

    /// <summary>Ends a trainer that nobody took: the job could not be planned, or needs no training. How its start failed does not matter then.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_start is not { } start) return;
            await _unneeded.CancelAsync();
            await (await start).DisposeAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidInputException)
        {
            return;
        }
        finally
        {
            _unneeded.Dispose();
        }
    }
}
