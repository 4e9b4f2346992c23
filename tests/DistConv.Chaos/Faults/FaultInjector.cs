using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Faults;

/// <summary>A fault that has begun.</summary>
/// <param name="What">What was done, and to whom.</param>
/// <param name="Seconds">How long it lasts.</param>
/// <param name="EndAsync">Ends it.</param>
/// <param name="JobMayStop">The job cannot go on before the fault has ended, and may have failed.</param>
internal sealed record Injection(string What, double Seconds, Func<Task> EndAsync, bool JobMayStop = false);

/// <summary>Does to a cluster what a schedule says.</summary>
internal sealed class FaultInjector(RealCluster cluster)
{
    private const int FewestSilos = 3;
    private const int MostSilos = 5;

    /// <summary>How long an exchange is waited for.</summary>
    private static readonly TimeSpan _exchange = TimeSpan.FromSeconds(3);

    private static Task Nothing => Task.CompletedTask;

    /// <summary>Begins a fault.</summary>
    /// <returns>Null when it cannot be done here, or there is nobody to do it to.</returns>
    public async Task<Injection?> BeginAsync(Fault fault, ClusterJob job)
    {
        IReadOnlyList<SupervisedSilo> silos = [.. cluster.Silos.Where(silo => silo.ProcessId != 0 && !silo.IsFrozen)];
        if (silos.Count == 0) return null;
        SupervisedSilo any = Pick(silos, fault)!;
        SupervisedSilo? worker = Pick([.. cluster.WorkersOf(job).Intersect(silos)], fault);
        SupervisedSilo? coordinator = cluster.CoordinatorOf(job) is { IsFrozen: false } found ? found : null;
        return fault.Kind switch
        {
            FaultKind.KillWorker => Kill(worker is null ? [] : [worker]),
            FaultKind.KillCoordinator => Kill(coordinator is null ? [] : [coordinator]),
            FaultKind.KillMost => Kill([.. silos.Where(silo => silo != any)]),
            FaultKind.KillAll => Kill(silos),
            FaultKind.KillOwner => await InExchangeAsync(worker, fault, silo => Kill([silo])),
            FaultKind.FreezeOwner => await InExchangeAsync(worker, fault, silo => Freeze(silo, fault)),
            FaultKind.Freeze => Freeze(worker, fault),
            FaultKind.FreezeCoordinator => Freeze(coordinator, fault),
            FaultKind.FreezeLong => Freeze(any, fault),
            FaultKind.Terminate => Terminate(any),
            FaultKind.Join or FaultKind.Leave => await ScaleAsync(fault, any),
            FaultKind.RestartRedis or FaultKind.EmptyRedis or FaultKind.FlushRedis when !cluster.Redis.IsRunning => null,
            FaultKind.RestartRedis or FaultKind.EmptyRedis => await RestartRedisAsync(fault),
            FaultKind.FlushRedis => await FlushRedisAsync(),
            FaultKind.Cut or FaultKind.Isolate or FaultKind.Delay => await DisturbNetworkAsync(fault, any),
            FaultKind.FillDisk => FillDisk(fault),
            FaultKind.RefuseWrites => await RefuseWritesAsync(fault, job),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
    }

    private static SupervisedSilo? Pick(IReadOnlyList<SupervisedSilo> silos, Fault fault) => silos.Count == 0 ? null : silos[fault.Pick % silos.Count];

    /// <summary>Does something to a silo at a moment of its next exchanges; there may be none, as when a job ends.</summary>
    private static async Task<Injection?> InExchangeAsync(SupervisedSilo? silo, Fault fault, Func<SupervisedSilo, Injection?> strike)
    {
        if (silo is null || !ExchangeAim.IsPossible) return null;
        Injection? injection = null;
        double share = fault.Pick % 1_000 / 1e3;
        double? after = await ExchangeAim.StrikeAsync(silo.ProcessId, share, () => injection = strike(silo), _exchange);
        return injection is null ? null : injection with { What = $"{injection.What}, {after:F1} ms after its exchange began" };
    }

    private static Injection? Kill(IReadOnlyList<SupervisedSilo> silos)
    {
        foreach (SupervisedSilo silo in silos) silo.Kill();
        return silos.Count == 0 ? null : new Injection($"kill -9 of {string.Join(", ", silos.Select(silo => silo.Name))}", 0, () => Nothing);
    }

    private static Injection? Freeze(SupervisedSilo? silo, Fault fault)
    {
        if (silo is null) return null;
        silo.Freeze();
        return new Injection($"SIGSTOP of {silo.Name} for {fault.Seconds:F1} s", fault.Seconds, () =>
        {
            silo.Thaw();
            return Nothing;
        });
    }

    private static Injection Terminate(SupervisedSilo silo)
    {
        silo.Terminate();
        return new Injection($"SIGTERM to {silo.Name}", 0, () => Nothing);
    }

    private async Task<Injection> ScaleAsync(Fault fault, SupervisedSilo silo)
    {
        int count = cluster.Silos.Count;
        if ((fault.Kind == FaultKind.Join && count < MostSilos) || count <= FewestSilos)
        {
            SupervisedSilo added = await cluster.AddAsync();
            return new Injection($"{added.Name} joins: {count + 1} silos", 0, () => Nothing);
        }

        Task leaving = cluster.RemoveAsync(silo);
        return new Injection($"{silo.Name} leaves: {count - 1} silos", 0, () => leaving);
    }

    private async Task<Injection> RestartRedisAsync(Fault fault)
    {
        await cluster.Redis.KillAsync();
        if (fault.Kind == FaultKind.EmptyRedis) cluster.Redis.LoseData();
        string data = fault.Kind == FaultKind.EmptyRedis ? "without its data" : "with its data";
        return new Injection($"Redis is killed, and back after {fault.Seconds:F1} s {data}", fault.Seconds, () => cluster.Redis.StartAsync());
    }

    private async Task<Injection> FlushRedisAsync()
    {
        await cluster.Redis.FlushAsync();
        return new Injection("FLUSHALL on Redis", 0, () => Nothing);
    }

    private async Task<Injection?> DisturbNetworkAsync(Fault fault, SupervisedSilo silo)
    {
        Fabric fabric = cluster.Fabric;
        if (fault.Kind == FaultKind.Delay ? !fabric.CanDelay : !fabric.CanCut) return null;
        string what;
        if (fault.Kind == FaultKind.Delay)
        {
            TimeSpan delay = TimeSpan.FromMilliseconds(5 + (fault.Pick % 60));
            await fabric.DelayAsync(silo.Place.Number, delay);
            what = $"{silo.Name} is {delay.TotalMilliseconds} ms late for {fault.Seconds:F1} s";
        }
        else if (fault.Kind == FaultKind.Isolate)
        {
            await fabric.IsolateAsync(silo.Place.Number);
            what = $"{silo.Name} is cut off for {fault.Seconds:F1} s";
        }
        else
        {
            SupervisedSilo[] others = [.. cluster.Silos.Where(other => other != silo)];
            SupervisedSilo other = others[fault.Pick / 7 % others.Length];
            await fabric.CutAsync(silo.Place.Number, other.Place.Number);
            what = $"{silo.Name} and {other.Name} are cut for {fault.Seconds:F1} s";
        }

        return new Injection(what, fault.Seconds, fabric.HealAsync);
    }

    private Injection? FillDisk(Fault fault)
    {
        if (!cluster.Volume.CanFill) return null;
        cluster.Volume.Fill();
        return new Injection($"the store's disk is full for {fault.Seconds:F1} s", fault.Seconds, cluster.Volume.HealAsync, JobMayStop: true);
    }

    private async Task<Injection?> RefuseWritesAsync(Fault fault, ClusterJob job)
    {
        if (!StoreVolume.CanRefuse) return null;
        await cluster.Volume.RefuseAsync(job.Folder.Path);
        return new Injection($"the job's folder takes no new file for {fault.Seconds:F1} s", fault.Seconds, cluster.Volume.HealAsync, JobMayStop: true);
    }
}
