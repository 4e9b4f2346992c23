using System.Net;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Two silos computed shards 2 and 3.</summary>
public sealed class HedgeCheckTests
{
    private static readonly SubtreeMessage _good = new(2, 4, new StepTotals(10, 3, 6));

    [Fact]
    public async Task CompareAsync_sameBits_isNoDifference() =>
        Assert.Equal(default, await HedgeCheck.CompareAsync(7, Answered(1, _good), Answered(2, _good)));

    /// <summary>Another subtree, no subtree or two, or other totals.</summary>
    [Theory]
    [InlineData("subtree")]
    [InlineData("none")]
    [InlineData("two")]
    [InlineData("totals")]
    public async Task CompareAsync_answerThatDiffers_isToldWithBothSilos(string difference)
    {
        SubtreeMessage[] answer = difference switch
        {
            "subtree" => [_good with { EndShard = 3 }],
            "none" => [],
            "two" => [_good, _good],
            "totals" => [_good with { Totals = new StepTotals(10, 3, 5) }],
            _ => throw new ArgumentOutOfRangeException(nameof(difference)),
        };

        HedgeOutcome outcome = await HedgeCheck.CompareAsync(7, Answered(1, _good), Answered(2, answer));

        string expected = "127.0.0.1:1 (process 11) and 127.0.0.1:2 (process 12) computed different losses for shards 2-3";
        Assert.Contains(expected, outcome.Difference, StringComparison.Ordinal);
        Assert.Null(outcome.NotCompared);
    }

    [Fact]
    public async Task CompareAsync_answerThatNeverComes_isTold()
    {
        StepPart second = Part(2, Task.FromException<StepReply>(new TimeoutException("no answer within 20 minutes")));

        HedgeOutcome outcome = await HedgeCheck.CompareAsync(7, Answered(1, _good), second);

        Assert.Equal(
            "step 7: silo 127.0.0.1:2 (process 12) did not answer for shards 2-3 (no answer within 20 minutes); nothing was compared", outcome.NotCompared);
    }

    private static StepPart Answered(int silo, params SubtreeMessage[] subtrees) =>
        Part(silo, Task.FromResult(new StepReply(null, subtrees, 10, 0, [], 0, 1)));

    private static StepPart Part(int silo, Task<StepReply> call)
    {
        var address = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, silo), 1);
        Participant participant = new(address, new FakeWorker(), new JoinReply("host", 10 + silo, "scalar", 1, null), isLocal: false);
        return new StepPart(participant, [2, 3], call, Task.FromResult(call.IsCompletedSuccessfully ? call.Result : null));
    }
}
