namespace DistConv.Silo.Cluster;

/// <summary>Tells when a silo that stops has drained: its jobs go on elsewhere, and what is left is to say goodbye to the membership table.</summary>
internal sealed class DrainSignal : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when all that stops at <see cref="ServiceLifecycleStage.Active"/> has stopped.</summary>
    public Task Drained => _drained.Task;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(DrainSignal),
        ServiceLifecycleStage.BecomeActive,
        static _ => Task.CompletedTask,
        _ =>
        {
            _drained.TrySetResult();
            return Task.CompletedTask;
        });
}
