namespace DistConv.Chaos.Faults;

/// <summary>Faults in a random order: the same for the same seed.</summary>
internal static class FaultSchedule
{
    private const double SharedShare = 0.15;

    /// <summary>How often each kind comes, in parts, and its shortest and longest duration in seconds.</summary>
    private static readonly (FaultKind Kind, int Parts, double Shortest, double Longest)[] _menu =
    [
        (FaultKind.KillWorker, 5, 0, 0),
        (FaultKind.KillCoordinator, 5, 0, 0),
        (FaultKind.KillMost, 2, 0, 0),
        (FaultKind.KillAll, 2, 0, 0),
        (FaultKind.KillOwner, 4, 0, 0),
        (FaultKind.Freeze, 3, 0.5, 8),
        (FaultKind.FreezeOwner, 3, 0.1, 0.9),
        (FaultKind.FreezeCoordinator, 3, 0.5, 8),
        (FaultKind.FreezeLong, 1, 60, 60),
        (FaultKind.Terminate, 3, 0, 0),
        (FaultKind.Join, 2, 0, 0),
        (FaultKind.Leave, 2, 0, 0),
        (FaultKind.RestartRedis, 2, 0.5, 6),
        (FaultKind.EmptyRedis, 1, 0.5, 6),
        (FaultKind.FlushRedis, 2, 0, 0),
        (FaultKind.Cut, 3, 2, 15),
        (FaultKind.Isolate, 3, 2, 15),
        (FaultKind.Delay, 2, 4, 10),
        (FaultKind.FillDisk, 2, 2, 6),
        (FaultKind.RefuseWrites, 2, 2, 6),
    ];

    /// <summary>An endless schedule.</summary>
    /// <param name="seed">Its seed.</param>
    public static IEnumerable<Fault> Draw(int seed)
    {
        Random random = new(seed);
        int parts = _menu.Sum(item => item.Parts);
        while (true)
        {
            int part = random.Next(parts);
            (FaultKind kind, _, double shortest, double longest) = _menu.First(item => (part -= item.Parts) < 0);
            double length = shortest + (random.NextDouble() * (longest - shortest));
            yield return new Fault(kind, 0.2 + (3 * random.NextDouble()), length, random.Next(1 << 20), random.NextDouble() < SharedShare);
        }
    }
}
