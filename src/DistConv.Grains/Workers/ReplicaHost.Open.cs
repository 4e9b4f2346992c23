using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Grains.Workers;

/// <content>Making a replica.</content>
internal sealed partial class ReplicaHost
{
    private async Task<HostedReplica> OpenAsync(PrepareRequest request)
    {
        // Reading takes seconds: on the thread pool, so that the silo's other turns go on.
        HostedReplica replica = await Task.Run(() => Open(request));
        _replicas[request.Job] = replica;
        if (_released.TryGetValue(request.Job, out long released) && released >= request.Fence)
        {
            // Nobody waits for it any longer.
            await ReleaseAsync(request.Job, request.Fence);
            throw new FencedException(request.Job, request.Fence);
        }

        return replica;
    }

    private HostedReplica Open(PrepareRequest request)
    {
        JobFolder folder = Store.Open(request.Job);
        SiloMemory.EnsureFits(folder.Spec, Pool.Threads, request.GradientBlocks, _options.DataMemoryBytes ?? DataMemory.DefaultBytes);
        string? directory = _options.DataDirectory ?? folder.ReadOrigin()?.DataDirectory;
        DataSource data = _options.Catalog.WithMemory(_options.DataMemoryBytes)
            .Open(folder.Spec.Data, directory, cacheDirectory: _options.CacheDirectory);
        var replica = new Replica(folder.Spec, data, Pool, Kernels);
        try
        {
            var hosted = new HostedReplica(request.Job, request.Fence, replica, Pool);
            if (request.SnapshotStep is { } step)
            {
                Snapshot snapshot = ReadSnapshot(folder, step);
                replica.Restore(snapshot);
                hosted.Journal.Begin(step, snapshot.Running, snapshot.Epochs);
            }

            return hosted;
        }
        catch
        {
            replica.Dispose();
            throw;
        }
    }

    private static Snapshot ReadSnapshot(JobFolder folder, long step)
    {
        string reason = "it is not there: all silos must share one store";
        foreach (SnapshotHead head in folder.Snapshots().Where(head => head.Step == step).Reverse())
        {
            try
            {
                return SnapshotFile.Read(head.Path);
            }
            catch (InvalidInputException e)
            {
                reason = e.Message; // Another coordinator's file of the same step has the same bits.
            }
        }

        throw new InvalidInputException($"snapshot of step {step} in '{folder.Path}' on {Environment.MachineName}: {reason}");
    }
}
