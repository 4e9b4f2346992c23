using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange;

namespace DistConv.Grains.Coordination;

/// <content>Who exchanges gradients with whom.</content>
internal sealed partial class WorkerGroup
{
    private ExchangePlan? _plan;
    private long _plans;
    private bool _isPlanned;

    /// <summary>Who exchanges gradients; null: one silo computes everything. Asked for each silo in each step, so it is made only when somebody has come or
    /// gone.</summary>
    public ExchangePlan? Plan
    {
        get
        {
            if (_isPlanned) return _plan;
            _isPlanned = true;
            SiloAddress[] there = [.. _participants.Select(participant => participant.Silo)];
            return _plan = there.Length < 2 ? null : new ExchangePlan(++_plans, there, IsStar: Parameters * sizeof(float) <= ExchangeRange.StarBytes);
        }
    }
}
