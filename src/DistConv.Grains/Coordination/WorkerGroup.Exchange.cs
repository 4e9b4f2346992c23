using DistConv.Grains.Contracts;

namespace DistConv.Grains.Coordination;

/// <content>Who exchanges gradients with whom.</content>
internal sealed partial class WorkerGroup
{
    /// <summary>Below so many bytes of gradient one silo adds up everything: it has the sum one message earlier, and bytes do not count.</summary>
    private const long StarBytes = 256 << 10;

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
                _plan = new ExchangePlan(++_plans, there, IsStar: Parameters * sizeof(float) <= StarBytes);
            return _plan;
        }
    }
}
