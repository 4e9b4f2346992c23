using System.Text.Json.Serialization;

namespace DistConv.Chaos.Runs;

/// <summary>Who is killed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Victim>))]
internal enum Victim
{
    /// <summary>A silo that computes.</summary>
    [JsonStringEnumMemberName("worker")]
    Worker,

    /// <summary>The silo that coordinates, and computes.</summary>
    [JsonStringEnumMemberName("coordinator")]
    Coordinator,

    /// <summary>Every silo.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>A silo that computes, in the middle of an exchange: it has sent or added a part of what it owns, and the step is not committed.</summary>
    [JsonStringEnumMemberName("owner")]
    Owner,
}

/// <summary>A kill to come.</summary>
/// <param name="Victim">Who.</param>
/// <param name="Silos">Silos of the cluster.</param>
/// <param name="DelaySeconds">Time that all silos have taken part before it; of an owner also the part of an exchange that has passed.</param>
/// <param name="Pick">Chooses among the workers.</param>
internal sealed record PlannedKill(Victim Victim, int Silos, double DelaySeconds, int Pick)
{
    private static readonly int[] _sizes = [3, 4, 5];

    /// <summary>Kills in a random order, on 3, then 4, then 5 silos: the same for the same seed.</summary>
    public static IReadOnlyList<PlannedKill> Draw(int workers, int coordinators, int all, int owners, int seed)
    {
        Random random = new(seed);
        Victim[] victims =
        [
            .. Enumerable.Repeat(Victim.Worker, workers), .. Enumerable.Repeat(Victim.Coordinator, coordinators), .. Enumerable.Repeat(Victim.All, all),
            .. Enumerable.Repeat(Victim.Owner, owners),
        ];
        random.Shuffle(victims);
        IEnumerable<PlannedKill> kills = victims.Select(
            (victim, i) => new PlannedKill(victim, _sizes[i * _sizes.Length / victims.Length], random.NextDouble(), random.Next(1 << 20)));
        return [.. kills.OrderBy(kill => kill.Silos).ThenBy(kill => kill.Victim == Victim.Owner)]; // Owners of a size together: their job is another one.
    }
}

/// <summary>What a kill cost.</summary>
/// <param name="Seed">The schedule's seed.</param>
/// <param name="Number">Its place in the schedule.</param>
/// <param name="Victim">Who.</param>
/// <param name="Silos">Silos of the cluster.</param>
/// <param name="Seconds">From the kill to the next completed step, as <see cref="Harness.StepObserver.NextAsync"/> defines it.</param>
/// <param name="RecomputedSteps">Completed steps that were computed again; -1 if that could not be seen.</param>
/// <param name="RejoinSeconds">From the kill until all silos held shards again.</param>
internal sealed record KillResult(int Seed, int Number, Victim Victim, int Silos, double Seconds, long RecomputedSteps, double RejoinSeconds);
