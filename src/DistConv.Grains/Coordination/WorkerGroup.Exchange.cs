using DistConv.Grains.Contracts;

namespace DistConv.Grains.Coordination;

/// <content>Who exchanges gradients with whom.</content>
internal sealed partial class WorkerGroup
{
    /// <summary>Below so many bytes of gradient one silo adds up everything: it has the sum one message earlier, and bytes do not count.</summary>
    private const long StarBytes = 256 << 10;

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
            return _plan = there.Length < 2 ? null : new ExchangePlan(++_plans, there, IsStar: Parameters * sizeof(float) <= StarBytes);
        }
    }
}
