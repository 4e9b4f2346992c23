using DistConv.Training.Shards;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Grains.Coordination;

/// <summary>Which silo computes which shard, to tell what moves when they are dealt anew. Not for several threads.</summary>
/// <param name="shards">How many shards there are.</param>
internal sealed class ShardOwners(int shards)
{
    private readonly string?[] _owners = new string?[shards];

    /// <summary>Goes on from the deal of the coordinator before.</summary>
    /// <param name="silos">Who computed under it.</param>
    public void GoOn(IEnumerable<SiloStatus> silos)
    {
        foreach (SiloStatus silo in silos)
        {
            foreach (int shard in silo.Shards) _owners[shard] = Participant.NameOf(silo.Silo, silo.ProcessId);
        }
    }

    /// <summary>Notes a deal.</summary>
    /// <param name="participants">The silos with their shards.</param>
    /// <returns>What moved from whom to whom, for people; null if nothing did.</returns>
    public string? Deal(IEnumerable<Participant> participants)
    {
        List<(int Shard, string From, string To)> moves = [];
        foreach (Participant participant in participants)
        {
            foreach (int shard in participant.Shards)
            {
                if (_owners[shard] is { } owner && owner != participant.Name) moves.Add((shard, owner, participant.Name));
                _owners[shard] = participant.Name;
            }
        }

        return moves.Count == 0 ? null : string.Join("; ", moves.GroupBy(move => (move.From, move.To)).Select(group =>
            $"{(group.Count() == 1 ? "shard" : "shards")} {ShardRanges.Format(group.Select(move => move.Shard))} moved from silo {group.Key.From} "
                + $"to silo {group.Key.To}"));
    }
}
