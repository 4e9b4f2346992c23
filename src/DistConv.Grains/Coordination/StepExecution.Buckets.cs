using DistConv.Grains.Contracts;

namespace DistConv.Grains.Coordination;

/// <content>The exchange of the early buckets.</content>
internal sealed partial class StepExecution
{
    private async Task<BucketReply?> ReadBucketAsync(Participant participant, long attempt)
    {
        try
        {
            return await group.AskAsync(participant, participant.Worker.ReadBucket(new BucketRequest(group.Job, group.Fence, attempt)));
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            return null; // The step's own answer tells why.
        }
    }

    /// <summary>All have computed, and the early bucket of one does not come.</summary>
    private async Task WaitForBucketsAsync(IReadOnlyList<Task> changes, CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(changes).EndsWithinAsync(deadline.Patience, TimeProvider.System, cancellationToken)) return;
        foreach (StepPart part in _parts.Where(part => part.Bucket is { IsCompleted: false } && !part.Participant.IsLocal))
            DropLate(part.Participant, "does not answer");
    }

    /// <summary>Adds the early buckets when all have come, and gives the sum to the silos that need it, while the layers below still compute.</summary>
    /// <returns>Whether the sum is there.</returns>
    private async Task<bool> ExchangeBucketsAsync(StepPart[] parts, CancellationToken cancellationToken)
    {
        Task<BucketReply?[]> all = Task.WhenAll(parts.Select(part => part.Bucket!));
        await Task.WhenAny(all, _bucketsGivenUp.Task).WaitAsync(cancellationToken);
        if (!all.IsCompletedSuccessfully || (await all).Contains(null)) return false;
        GradientMessage sum = await average.ReduceBucketAsync(step, [.. parts.SelectMany(part => part.EarlyBuckets!)]);
        var message = new BucketMessage(group.Job, group.Fence, step, sum);
        Participant[] others = [.. parts.Select(part => part.Participant).Where(participant => !participant.IsLocal)];
        Task<Taken?>[] taken = [.. others.Select(participant => KeepAsync(participant, message))];
        await Task.WhenAll(taken).EndsWithinAsync(deadline.Patience, TimeProvider.System, cancellationToken);
        for (int i = 0; i < others.Length; i++)
        {
            if (taken[i] is { IsCompletedSuccessfully: true, Result.IsKept: true }) others[i].BucketStep = step; // The others get the whole gradient.
        }

        ExchangedBytes += 2L * others.Length * sum.LengthBytes;
        return true;
    }

    private async Task<Taken?> KeepAsync(Participant participant, BucketMessage message)
    {
        try
        {
            return await group.AskAsync(participant, participant.Worker.KeepBucket(message));
        }
        catch (InvalidOperationException)
        {
            return null; // The step's own answer tells why; the whole gradient is sent instead.
        }
    }
}
