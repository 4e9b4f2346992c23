using DistConv.Core.Networks;
using DistConv.Core.Planning;
using DistConv.Grains.Exchange;
using DistConv.Grains.Workers;
using DistConv.Training.Shards;

namespace DistConv.Grains.Costs;

/// <summary>
/// The cost model of a step over several silos, as docs/cost-model.md derives it. What travels is counted exactly, as the exchange cuts it; times follow from
/// what one silo needs alone and from where the silos run.
/// </summary>
public sealed class ExchangeCost
{
    private readonly GradientLayout _layout;
    private readonly IReadOnlyList<int> _milestones;
    private readonly IReadOnlyList<double> _remaining;

    /// <summary>A model's gradients.</summary>
    /// <param name="layout">What stands where in the sum of a step.</param>
    /// <param name="milestones">See <see cref="Network.GradientMilestones"/>.</param>
    /// <param name="remaining">For each milestone: which part of the step's computation is still to come, 0 … 1, when it is reached.</param>
    /// <param name="shards">Logical shards, at least 1.</param>
    internal ExchangeCost(GradientLayout layout, IReadOnlyList<int> milestones, IReadOnlyList<double> remaining, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(remaining.Count, milestones.Count, nameof(remaining));
        (_layout, _milestones, _remaining, Shards) = (layout, milestones, remaining, shards);
    }

    /// <summary>Logical shards.</summary>
    public int Shards { get; }

    /// <summary>Bytes of the sum of a step.</summary>
    public long GradientBytes => (long)_layout.Length * sizeof(float);

    /// <summary>Whether one silo adds up everything, since the model is small.</summary>
    public bool IsStar => (long)_layout.ParameterCount * sizeof(float) <= ExchangeRange.StarBytes;

    /// <summary>The costs of a job. Which part of the computation follows a milestone is taken from the arithmetic of the stages.</summary>
    /// <param name="network">The job's network.</param>
    /// <param name="shards">Its logical shards.</param>
    /// <returns>The model of its costs.</returns>
    public static ExchangeCost Of(Network network, int shards)
    {
        ArgumentNullException.ThrowIfNull(network);
        List<double> remaining = [];
        double backward = 0, all = double.Max(network.Plan.TrainingFlops, 1);
        foreach (StagePlan stage in network.Execution.Stages)
        {
            remaining.Add(backward / all);
            backward += stage.Nodes.Select(node => network.Execution.Nodes[node].Layer).Sum(Backward);
        }

        return new ExchangeCost(network.Gradient, network.GradientMilestones, remaining, shards);
    }

    /// <summary>Silos that can compute: no more than there are shards.</summary>
    /// <param name="silos">Silos, at least 1.</param>
    /// <returns>At least 1.</returns>
    public int Participants(int silos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(silos, 1);
        return int.Min(silos, Shards);
    }

    /// <summary>What each silo sends and receives in a step, the coordinator's first.</summary>
    /// <param name="silos">Silos, at least 1.</param>
    /// <returns>One entry for each silo that can compute.</returns>
    public IReadOnlyList<SiloTraffic> Traffic(int silos)
    {
        SiloTraffic[] total = new SiloTraffic[Participants(silos)];
        foreach ((_, SiloTraffic[] group) in Groups(total.Length))
        {
            for (int i = 0; i < total.Length; i++) total[i] += group[i];
        }

        return total;
    }

    /// <summary>Processor milliseconds of the exchange, on the silo that has the most of it.</summary>
    /// <param name="silos">Silos, at least 1.</param>
    /// <param name="machine">Where they run.</param>
    /// <returns>0 for one silo.</returns>
    public double ProcessorMs(int silos, SiloMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return Traffic(silos).Max(silo => (silo.Bytes * 1e-6 * machine.ProcessorMsPerMegabyte) + (silo.Frames * machine.ProcessorMsPerFrame));
    }

    /// <summary>The wall time of a step.</summary>
    /// <param name="silos">Silos, at least 1; more than shards are as many as shards.</param>
    /// <param name="alone">What the step costs one silo that has the machine for itself.</param>
    /// <param name="machine">Where each silo runs.</param>
    /// <returns>Its terms.</returns>
    public StepCost Step(int silos, StepWork alone, SiloMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        int participants = Participants(silos);
        double busy = double.Min(machine.Threads, machine.Cores), slower = machine.Threads / busy;
        int most = (Shards + participants - 1) / participants;
        double compute = alone.ComputeMs * most / Shards * slower, update = alone.UpdateMs * slower;
        if (participants == 1) return new StepCost(compute, Slowdown: 0, Exposed: 0, update, machine.CallMs);

        // Ranges go out in the order in which the backward pass completes them: what the link has not carried when it ends is waited for.
        double end = 0, bytes = 0, last = 0;
        foreach ((double remaining, SiloTraffic[] group) in Groups(participants))
        {
            last = group.Max(silo => silo.BusierBytes);
            bytes += last;
            end = double.Max(end, compute * (1 - remaining)) + (last / machine.LinkBytesPerMs);
        }

        // The order, the last part and its sum are on their way one after the other. A core to spare takes the exchange off the computation, except for
        // the ranges that come after it.
        double spare = double.Clamp(machine.Cores - machine.Threads, 0, 1), late = bytes == 0 ? 0 : last / bytes;
        double processor = ProcessorMs(participants, machine);
        double exposed = double.Max(0, end - compute) + (3 * machine.LatencyMs) + (processor * spare * late);
        return new StepCost(compute, processor * (1 - spare) / busy, exposed, update, machine.CallMs);
    }

    /// <summary>How many times as fast as one silo some silos train.</summary>
    /// <param name="silos">Silos, at least 1.</param>
    /// <param name="alone">What the step costs one silo.</param>
    /// <param name="machine">Where each silo runs.</param>
    /// <returns>The ratio of the steps' wall times.</returns>
    public double Speedup(int silos, StepWork alone, SiloMachine machine) => Step(1, alone, machine).Total / Step(silos, alone, machine).Total;

    /// <summary>The traffic of each silo, by how much of the computation follows when it can begin; the first to begin first.</summary>
    private IEnumerable<(double Remaining, SiloTraffic[] Silos)> Groups(int silos)
    {
        int[] subtrees = [.. ShardAssignment.Blocks(Shards, silos).Select(held => ShardTree.MaximalSubtrees(held, Shards).Count)];
        ExchangeRange[] ranges = silos == 1 ? [] : ExchangeRange.Cut(_layout, _milestones, silos, IsStar);
        return ranges.GroupBy(RemainingAt).OrderByDescending(group => group.Key).Select(group =>
        {
            var traffic = new SiloTraffic[silos];
            foreach (ExchangeRange range in group)
            {
                long bytes = (long)range.Length * sizeof(float);
                int parts = 0;
                for (int silo = 0; silo < silos; silo++)
                {
                    if (silo == range.Owner) continue;
                    parts += subtrees[silo];
                    traffic[silo] += new SiloTraffic(subtrees[silo] * bytes, bytes, subtrees[silo], 1);
                }

                traffic[range.Owner] += new SiloTraffic((silos - 1) * bytes, parts * bytes, silos - 1, parts);
            }

            return (group.Key, traffic);
        });
    }

    /// <summary>Which part of the computation is still to come when a range is complete.</summary>
    private double RemainingAt(ExchangeRange range)
    {
        for (int i = _milestones.Count - 1; i >= 0; i--)
        {
            if (_milestones[i] <= range.First) return _remaining[i];
        }

        return 0;
    }

    /// <summary>Of a layer's arithmetic, what is not the forward pass.</summary>
    private static double Backward(Core.Layers.LayerPlan layer) => layer.TrainingFlops - (2.0 * layer.MultiplyAddsForward);
}
