using Xunit;

namespace DistConv.Grains.Tests.Control;

/// <summary>What coordination costs with 256 workers. How long it takes is measured by <c>DistConv.Benchmarks -- control</c>. It runs alone: memory is that of
/// the process.</summary>
[Collection(Alone)]
public sealed class ControlTests
{
    private const string Alone = nameof(ControlTests);
    private const int Workers = 256, WarmUp = 100, Steps = 100, Rounds = 4;

    /// <summary>Less than a word for each worker and step.</summary>
    private const long GrowthBytes = 3L * Workers * Steps;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunStepAsync_256Workers_sendsAMegabyteAtMost()
    {
        await using StandInCluster cluster = await StandInCluster.StartAsync(Workers, hasMessages: true, Token);
        await cluster.RunAsync(WarmUp, Token);
        long bytes = cluster.TrafficBytes;
        await cluster.RunAsync(Steps, Token);

        Assert.InRange((cluster.TrafficBytes - bytes) / Steps, 256 * Workers, 1 << 20); // Less than that, and it would not have been counted.
    }

    [Fact]
    public async Task RunStepAsync_256Workers_keepsNothingOfAStep()
    {
        await using StandInCluster cluster = await StandInCluster.StartAsync(Workers, hasMessages: false, Token);
        await cluster.RunAsync(WarmUp, Token);
        long[] memory = new long[Rounds + 1];
        memory[0] = Memory();
        for (int round = 1; round <= Rounds; round++)
        {
            await cluster.RunAsync(Steps, Token);
            memory[round] = Memory();
        }

        // Pools grow now and then; what is kept of every step grows in every round.
        Assert.InRange(Enumerable.Range(0, Rounds).Min(round => memory[round + 1] - memory[round]), long.MinValue, GrowthBytes);
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public class RunsAlone;
}
