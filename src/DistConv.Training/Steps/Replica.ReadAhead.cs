using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <content>Announces the samples of the next steps to a data set that reads them ahead.</content>
public sealed partial class Replica
{
    /// <summary>Samples of more steps are no help: the first of them is read while the current one is computed.</summary>
    private const int StepsAhead = 4;

    private int[] _ahead = [];

    /// <summary>
    /// Called when the samples of the current step are loaded. Behind the last step of an epoch come those of the next epoch; not before, since a shard keeps
    /// the order of one epoch only.
    /// </summary>
    private void AnnounceNextSteps()
    {
        IDataset data = _train;
        if (data.ReadAhead == 0) return;
        (int epoch, int step) = Plan.LocateStep(Step + 1);
        if (_ahead.Length < data.ReadAhead) _ahead = new int[data.ReadAhead];
        int count = 0;
        for (int end = int.Min(step + StepsAhead, Plan.StepsPerEpoch); step < end; step++)
        {
            for (int shard = 0; shard < _held.Length; shard++)
            {
                if (!_held[shard] || _steps[shard] is not { } order) continue;
                ReadOnlySpan<int> batch = order.Batch(epoch, step);
                batch = batch[..int.Min(batch.Length, data.ReadAhead - count)];
                batch.CopyTo(_ahead.AsSpan(count));
                count += batch.Length;
            }
        }

        data.Announce(_ahead.AsSpan(0, count));
    }
}
