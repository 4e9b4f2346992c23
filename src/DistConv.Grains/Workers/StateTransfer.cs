using DistConv.Grains.Contracts;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Workers;

/// <summary>Brings a replica to where another silo's stands, while that one goes on.</summary>
/// <param name="hosted">The replica; the caller has its turn.</param>
/// <param name="holder">The other silo's worker.</param>
internal sealed class StateTransfer(HostedReplica hosted, IWorkerService holder)
{
    /// <summary>4 MiB: a probe that waits behind a chunk waits milliseconds.</summary>
    private const int ChunkLength = 1 << 20;

    private const int MaxCopies = 3;

    /// <summary>Applies the gradients that the other silo keeps; where they are no longer kept, copies its state first. If the other one is too fast for that, the rest
    /// is done when it waits at a step boundary.</summary>
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
                await hosted.ApplyAsync(gradient, gradient.Values.Values);
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
        List<SnapshotTensor> tensors = [];
        for (int i = 0; i < outline.Tensors.Length; i++) tensors.Add(await FetchAsync(outline, i));
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

    private async Task<SnapshotTensor> FetchAsync(StateOutline outline, int tensor)
    {
        TensorOutline wanted = outline.Tensors[tensor];
        float[] values = new float[wanted.Length];
        for (int first = 0; first < values.Length; first += ChunkLength)
        {
            int count = int.Min(ChunkLength, values.Length - first);
            FloatBlock chunk = await holder.ReadState(new ChunkRequest(hosted.Job, hosted.Fence, outline.Copy, tensor, first, count));
            chunk.Values.CopyTo(values.AsMemory(first));
        }

        return new SnapshotTensor(wanted.Name, wanted.Role, wanted.Shape, values);
    }
}
