namespace DistConv.Silo.Embedded;

/// <summary>
/// A starting child's wait for its parent's word to join the cluster. Silos that join at the same moment collide in the membership table, and the loser backs
/// off for seconds; one after another, they take a tenth of a second each. Everything before, which is most of a start, the children do at the same time.
/// </summary>
/// <param name="output">Where the child asks.</param>
internal sealed class JoinTurn(TextWriter output) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>The line by which a child asks.</summary>
    public const string Asked = "ready to join";

    /// <summary>The line that answers it.</summary>
    public const string Granted = "join";

    /// <summary>After the membership table was read, before the silo writes itself into it.</summary>
    private const int Stage = (ServiceLifecycleStage.RuntimeGrainServices + ServiceLifecycleStage.AfterRuntimeGrainServices) / 2;

    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(JoinTurn), Stage, WaitAsync);

    /// <summary>Lets the silo go on.</summary>
    public void Grant() => _granted.TrySetResult();

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(Asked.AsMemory(), cancellationToken);
        await output.FlushAsync(cancellationToken);
        await _granted.Task.WaitAsync(cancellationToken);
    }
}
