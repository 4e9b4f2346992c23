namespace DistConv.Grains.Coordination;

/// <summary>Compares the replicas' weights by their hashes.</summary>
internal static class WeightsVote
{
    /// <summary>Checks that all replicas have the same weights.</summary>
    /// <param name="step">Updates applied.</param>
    /// <param name="replies">A hash for each layer, from each replica.</param>
    /// <exception cref="InvalidOperationException">They differ: the line names those that are not with the majority, or both sides if there is
    /// none.</exception>
    public static void EnsureEqual(long step, IReadOnlyList<(Participant Participant, ulong[] Hashes)> replies)
    {
        bool equal = true;
        for (int i = 1; i < replies.Count && equal; i++) equal = replies[i].Hashes.AsSpan().SequenceEqual(replies[0].Hashes);
        if (equal) return;

        List<IGrouping<string, Participant>> camps =
        [
            .. replies.GroupBy(reply => string.Join('-', reply.Hashes.Select(hash => hash.ToString("x16"))), reply => reply.Participant)
                .OrderByDescending(camp => camp.Distinct().Count()),
        ];
        bool isMajority = camps[0].Distinct().Count() > camps[1].Distinct().Count();
        string majority = isMajority && camps[0].Distinct().Skip(1).Any() ? "the other silos" : $"silo {Names(camps[0])}";
        throw new InvalidOperationException(
            $"step {step}: the weights on silo {Names(camps.Skip(1).SelectMany(camp => camp))} differ from those on {majority}: memory or processor of "
            + $"{(isMajority ? "the former" : "one of them")} is broken, or it runs another build; the newest snapshot is from before");
    }

    private static string Names(IEnumerable<Participant> camp) => string.Join(" and ", camp.Select(participant => participant.Name).Distinct());
}
