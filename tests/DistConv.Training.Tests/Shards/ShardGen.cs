using CsCheck;
using DistConv.Training.Shards;

namespace DistConv.Training.Tests.Shards;

/// <summary>Generators of valid divisions, batches larger than the data set included.</summary>
internal static class ShardGen
{
    public static readonly Gen<ShardPlan> Plans =
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 150]).SelectMany((samples, batch) =>
            Gen.Int[1, Math.Min(samples, batch)].Select(shards => new ShardPlan(samples, batch, shards)));
}
