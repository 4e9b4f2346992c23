using DistConv.Core.Layers;

namespace DistConv.Core.Networks;

/// <summary>What stands where in the sum of a step over some shards: the gradients of all parameters and, in a slice of their own behind them, the doubles that
/// move the layers' state on.</summary>
/// <param name="Parameters">The views of what is learnt; they cover the gradients without gaps.</param>
/// <param name="MomentCount">Number of doubles (see <see cref="ShardLayer.UpdateState"/>); 0: no layer has state.</param>
public sealed record GradientLayout(IReadOnlyList<ParameterTensor> Parameters, int MomentCount = 0)
{
    /// <summary>Doubles begin with a cache line.</summary>
    private const int CacheLine = 16;

    private const int FloatsPerMoment = sizeof(double) / sizeof(float);

    /// <summary>Floats of the gradients.</summary>
    public int ParameterCount { get; } = Parameters.Count == 0 ? 0 : checked(Parameters[^1].Offset + Parameters[^1].Length);

    /// <summary>The float at which the doubles begin.</summary>
    public int MomentStart => MomentCount == 0 ? ParameterCount : checked((ParameterCount + CacheLine - 1) / CacheLine * CacheLine);

    /// <summary>Floats in all.</summary>
    public int Length => checked(MomentStart + (FloatsPerMoment * MomentCount));
}
