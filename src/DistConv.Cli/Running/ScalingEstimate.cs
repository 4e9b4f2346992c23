using DistConv.Cli.Options;
using DistConv.Core.Kernels;
using DistConv.Core.Networks;
using DistConv.Grains.Costs;
using DistConv.Training.Benchmarks;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Cli.Running;

/// <summary>
/// Says once, when a run has measured some steps, what more silos would bring, by the cost model. Before, nobody knows what a step takes on this machine.
/// </summary>
/// <param name="spec">The job.</param>
/// <param name="kernel">The kernels.</param>
/// <param name="run">How it runs.</param>
/// <param name="cores">Cores of this machine.</param>
/// <param name="readSteps">Reads what the job's steps measured.</param>
/// <param name="first">The first step of this run.</param>
internal sealed class ScalingEstimate(
    JobSpec spec, KernelSet kernel, RunRequest run, int cores, Func<IReadOnlyList<StepEntry>> readSteps, long first)
{
    /// <summary>Steps that are left out, since code is still being compiled, and steps that are measured.</summary>
    private const int WarmUpSteps = 10, MeasuredSteps = 20;

    private const int MostSilos = 64;

    private bool _isSaid;

    /// <summary>Looks at a status.</summary>
    /// <param name="status">Where the job stands.</param>
    /// <returns>One line, once; null otherwise.</returns>
    public string? Look(JobStatus status)
    {
        if (_isSaid || status.Step < first + WarmUpSteps + MeasuredSteps || status.State != JobState.Running) return null;
        StepEntry[] steps = [.. readSteps().Where(step => step.Step >= first + WarmUpSteps).Take(MeasuredSteps)];
        if (steps.Length < MeasuredSteps) return null; // The record is written four times a second.
        _isSaid = true;
        return Line(steps);
    }

    /// <summary>The next power of two, and the highest with a shard for each.</summary>
    private IEnumerable<int> More(int silos)
    {
        int next = 2, highest = 1;
        while (next <= silos) next *= 2;
        while (2 * highest <= int.Min(spec.Shards, MostSilos)) highest *= 2;
        return highest < next ? [] : highest == next ? [next] : [next, highest];
    }

    private string? Line(StepEntry[] steps)
    {
        double compute = Of(step => step.Timing.Compute), update = Of(step => step.Timing.Update), exchange = Of(step => step.Timing.Exchange);
        using Network network = new(spec.ReadModel(), kernel, spec.Seed);
        ExchangeCost cost = ExchangeCost.Of(network, spec.Shards);
        int silos = cost.Participants(run.Silos);
        double slower = run.Threads / double.Min(run.Threads, (double)cores / silos); // Silos of one machine share its cores.
        int most = (spec.Shards + silos - 1) / silos;
        StepWork alone = new(compute * spec.Shards / most / slower, update / slower);
        SiloMachine machine = new(run.Threads, cores) { LinkBytesPerMs = SiloMachine.TenGigabit, LatencyMs = SiloMachine.RackLatencyMs };
        string[] more = [.. More(silos).Select(more => $"{more} silos about {cost.Speedup(more, alone, machine):F1} times one")];
        string now = silos == 1 ? $"a step takes {Of(step => step.Milliseconds):F1} ms"
            : $"the exchange takes {exchange:F1} ms of a step's {Of(step => step.Milliseconds):F1} ms";
        return more.Length == 0 ? silos == 1 ? null : now
            : $"{now}; on machines like this one, with 10 Gbit/s between them: {string.Join(", ", more)} (an estimate)";

        double Of(Func<StepEntry, double> value) => Median.Of(steps.Select(value));
    }
}
