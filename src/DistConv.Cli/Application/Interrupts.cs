using System.Runtime.InteropServices;

namespace DistConv.Cli.Application;

/// <summary>Ctrl-C and termination: the first one asks for a clean end, the second one ends the process at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _exitNow;
    private int _count;

    /// <summary>Begins to listen.</summary>
    /// <param name="exitNow">Ends the process; called at the second signal.</param>
    public Interrupts(Action exitNow)
    {
        _exitNow = exitNow;
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Signal();
            }));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Does what a signal does.</summary>
    public void Signal()
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            _stop.Cancel();
        }
        else
        {
            _exitNow();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }
}
