using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Workers;

/// <summary>Brings a replica to where another silo's stands, while that one goes on.</summary>
/// <param name="hosted">The replica; the caller has its turn.</param>
/// <param name="holder">The other silo's worker.</param>
internal sealed class StateTransfer(HostedReplica hosted, IWorkerService holder)
{
    private const int MaxCopies = 3;

    /// <summary>Applies the gradients that the other silo keeps; where they are no longer kept, copies its state first. If the other one is too fast for that,
    /// the rest is done when it waits at a step boundary.</summary>
    /// <returns>When both stood at the same step, or after some copies.</returns>
    public async Task CatchUpAsync()
    {
        for (int copies = 0; !await ReplayAsync() && copies < MaxCopies; copies++) await CopyAsync();
    }

    private async Task<bool> ReplayAsync()
    {
        while (true)
        {
            GradientReply reply = await holder.ReadGradient(new GradientRequest(hosted.Job, hosted.Fence, hosted.Replica.Step));
            if (reply.Gradient is { } gradient)
            {
                await hosted.ApplyAsync(gradient.Commit, gradient.Values.Values);
                gradient.Values.Release();
                continue;
            }

            if (reply.HolderStep != hosted.Replica.Step) return false;
            hosted.Journal.Begin(reply.Journal!);
            return true;
        }
    }

    private async Task CopyAsync()
    {
        StateOutline outline = await holder.OpenState(hosted.Job, hosted.Fence);
        List<SnapshotTensor> tensors = await StateReader.ReadAsync(holder, hosted.Job, hosted.Fence, outline);
        hosted.Replica.Restore(new Snapshot
        {
            Spec = hosted.Replica.Spec,
            Step = outline.Step,
            NumericsVersion = hosted.Replica.Spec.NumericsVersion,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Running = outline.Journal.Running,
            Epochs = outline.Journal.Epochs,
            OptimizerScalars = outline.OptimizerScalars,
            LayerHashes = outline.LayerHashes,
            Tensors = tensors,
        });
    }
}
