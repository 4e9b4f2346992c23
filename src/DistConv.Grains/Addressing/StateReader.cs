using DistConv.Grains.Contracts;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Addressing;

/// <summary>Fetches a copy of a replica's state, which is too large for one message.</summary>
internal static class StateReader
{
    /// <summary>Fetches a copy's tensors.</summary>
    /// <param name="holder">The worker that keeps the copy.</param>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <param name="outline">The copy.</param>
    /// <param name="chunkLength">The longest chunk.</param>
    /// <returns>The tensors, in the outline's order.</returns>
    /// <exception cref="InvalidOperationException">The copy is no longer kept.</exception>
    public static async Task<List<SnapshotTensor>> ReadAsync(
        IWorkerService holder, string job, long fence, StateOutline outline, int chunkLength = Chunks.MaxLength)
    {
        List<SnapshotTensor> tensors = [];
        for (int i = 0; i < outline.Tensors.Length; i++)
        {
            int tensor = i;
            TensorOutline wanted = outline.Tensors[tensor];
            float[] values = new float[wanted.Length];
            await Chunks.ForEachAsync(0, values.Length, chunkLength, async (first, count) =>
            {
                FloatBlock chunk = await holder.ReadState(new ChunkRequest(job, fence, outline.Copy, tensor, first, count));
                chunk.Values.CopyTo(values.AsMemory(first));
            });
            tensors.Add(new SnapshotTensor(wanted.Name, wanted.Role, wanted.Shape, values));
        }

        return tensors;
    }
}
