using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Training.Optimizers;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Training.Steps;

/// <summary>
/// The layers of a network by how they are updated: those with the same factor of the learning rate that are trained from the same step on form a group with an
/// optimizer of its own (docs/numerics.md, rule 15a). What a group does in a step is a function of the specification and the step.
/// </summary>
internal sealed class LayerGroups
{
    private readonly Network _network;
    private readonly OptimizerSpec _optimizer;
    private readonly List<Group> _groups = [];
    private readonly int[] _ofLayer;
    private readonly bool[] _waits;
    private readonly (int First, int Length)[] _waiting;
    private readonly long _start;
    private long _step;

    /// <summary>The groups of a job.</summary>
    /// <param name="network">The network.</param>
    /// <param name="spec">The job.</param>
    /// <param name="optimizer">The job's optimizer, which the layers have that the specification does not name; its scalars are those of snapshots.</param>
    public LayerGroups(Network network, JobSpec spec, Optimizer optimizer)
    {
        (_network, _optimizer) = (network, spec.Optimizer);
        _start = spec.FreezeUntilEpoch is { } epoch ? (epoch - 1L) * ShardPlan.Of(spec).StepsPerEpoch : 0;
        _groups.Add(new Group(1, Waits: false) { Rule = optimizer });
        _ofLayer = new int[network.Layers.Count];
        _waits = new bool[network.Layers.Count];
        foreach (Layer layer in network.Layers)
        {
            string name = layer.Plan.Layer.Name;
            Group group = new(spec.LayerRates?.FirstOrDefault(rate => rate.Layer == name)?.Factor ?? 1, spec.FrozenLayers?.Contains(name) == true);
            int place = _groups.FindIndex(one => one.Factor.Equals(group.Factor) && one.Waits == group.Waits);
            if (place < 0)
            {
                place = _groups.Count;
                _groups.Add(group);
                group.Rule = Optimizer.Create(spec.Optimizer);
            }

            (_ofLayer[layer.Index], _waits[layer.Index]) = (place, group.Waits);
        }

        _waiting = [.. network.Parameters.Where(tensor => _waits[tensor.Layer]).Select(tensor => (tensor.Offset, tensor.Length))];
        GoTo(0);
    }

    /// <summary>Whether there are layers that are frozen until an epoch.</summary>
    public bool CanFreeze => _start > 0;

    /// <summary>The parameters that are frozen in this step, in ascending order.</summary>
    public IReadOnlyList<(int First, int Length)> FrozenRanges => _step < _start ? _waiting : [];

    /// <summary>Whether a layer is frozen in this step, although the model lets it train.</summary>
    /// <param name="layer">Its place in the network.</param>
    /// <returns>True before the first step of its epoch.</returns>
    public bool IsFrozen(int layer) => _step < _start && _waits[layer];

    /// <summary>The update rule of a layer.</summary>
    /// <param name="layer">Its place in the network.</param>
    /// <returns>The rule, in the step that <see cref="BeginStep"/> began.</returns>
    public Optimizer RuleOf(int layer) => _groups[_ofLayer[layer]].Rule;

    /// <summary>Goes to a step: its passes come next.</summary>
    /// <param name="step">Number of updates applied.</param>
    public void GoTo(long step)
    {
        _step = step;
        if (!CanFreeze) return;
        foreach (Layer layer in _network.Layers) layer.IsFrozenNow = IsFrozen(layer.Index);
    }

    /// <summary>Begins an update, of the layers that are trained in it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="learningRate">The job's learning rate of this step.</param>
    public void BeginStep(long step, float learningRate)
    {
        GoTo(step);
        for (int i = 0; i < _groups.Count; i++)
        {
            if (!_groups[i].Waits || step >= _start) _groups[i].Rule.BeginStep(learningRate * _groups[i].Factor);
        }
    }

    /// <summary>Goes to a snapshot. What an optimizer keeps besides its slots depends on its number of updates alone: a group that has waited gets it by as
    /// many steps.</summary>
    /// <param name="step">The snapshot's step.</param>
    /// <param name="scalars">What the job's optimizer keeps.</param>
    public void Restore(long step, IReadOnlyDictionary<string, double> scalars)
    {
        foreach (Group group in _groups)
        {
            if (!group.Waits)
            {
                group.Rule.Restore(scalars);
                continue;
            }

            group.Rule = Optimizer.Create(_optimizer);
            for (long done = _start; done < step; done++) group.Rule.BeginStep(_optimizer.LearningRate);
        }

        GoTo(step);
    }

    /// <param name="Factor">By what the learning rate is multiplied.</param>
    /// <param name="Waits">Whether its layers are frozen until an epoch.</param>
    private sealed record Group(float Factor, bool Waits)
    {
        public Optimizer Rule { get; set; } = null!;
    }
}
