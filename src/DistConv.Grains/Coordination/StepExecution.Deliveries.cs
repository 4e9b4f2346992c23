using DistConv.Grains.Contracts;

namespace DistConv.Grains.Coordination;

/// <content>Gradients that do not arrive.</content>
internal sealed partial class StepExecution
{
    /// <summary>All have computed, and the sum does not come: looks for the silos that it waits for, which take part no longer.</summary>
    private async Task DropUndeliveredAsync()
    {
        if (_sum is not { IsCompleted: false }) return;
        HashSet<SiloAddress> late = [];
        MissingReply here = await AskMissingAsync(Holder) ?? new MissingReply([], []);
        if (here.Owners.Length == 0)
        {
            _sum.Ignore();
            _sum = null; // It has the whole sum: its answer was lost, and is asked for again.
            return;
        }

        foreach (Participant owner in group.Participants.Where(participant => here.Owners.Contains(participant.Silo)).ToList())
        {
            MissingReply? there = owner == Holder ? here : await AskMissingAsync(owner);
            if (there is not { Shards.Length: > 0 })
            {
                if (owner != Holder) late.Add(owner.Silo); // It has all that it needs, or does not answer.
                continue;
            }

            late.UnionWith(_parts.Where(part => part.Participant != owner && part.Shards.Intersect(there.Shards).Any()).Select(part => part.Participant.Silo));
        }

        foreach (Participant participant in group.Participants.Where(participant => !participant.IsLocal && late.Contains(participant.Silo)).ToList())
            DropLate(participant, "does not deliver its gradients");
    }

    private async Task<MissingReply?> AskMissingAsync(Participant participant)
    {
        try
        {
            return await group.AskAsync(participant, participant.Worker.ReadMissing(new SumRequest(group.Job, group.Fence, step, MeasureNorms: false)));
        }
        catch (InvalidOperationException)
        {
            return null; // Its own answer told why.
        }
    }
}
