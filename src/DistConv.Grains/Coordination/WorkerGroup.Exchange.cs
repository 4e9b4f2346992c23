using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange;

namespace DistConv.Grains.Coordination;

/// <content>Who exchanges gradients with whom.</content>
internal sealed partial class WorkerGroup
{
    private ExchangePlan? _plan;
    private long _plans;

    /// <summary>Who exchanges gradients; null: one silo computes everything.</summary>
    public ExchangePlan? Plan
    {
        get
        {
            SiloAddress[] there = [.. _participants.Select(participant => participant.Silo)];
            if (there.Length < 2) return null;
            if (_plan is null || !_plan.Silos.SequenceEqual(there))
                _plan = new ExchangePlan(++_plans, there, IsStar: Parameters * sizeof(float) <= ExchangeRange.StarBytes);
            return _plan;
        }
    }
}
