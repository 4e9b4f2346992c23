using System.Net;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Two silos computed shards 2 and 3 of a model of six parameters, whose early bucket begins at the fourth.</summary>
public sealed class HedgeCheckTests
{
    private const int Whole = 6, Late = 3;

    private static readonly StepTotals _totals = new(10, 3, 6);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task CompareAsync_sameBits_isNoDifference(bool firstApart, bool secondApart)
    {
        HedgeOutcome outcome = await HedgeCheck.CompareAsync(7, Answered(1, firstApart, Subtree(firstApart)), Answered(2, secondApart, Subtree(secondApart)));

        Assert.Equal(default, outcome);
    }

    /// <summary>One bit, another subtree, no subtree or two, other totals, or an answer that is too short or too long.</summary>
    [Theory]
    [InlineData("bit")]
    [InlineData("subtree")]
    [InlineData("none")]
    [InlineData("two")]
    [InlineData("totals")]
    [InlineData("short")]
    [InlineData("empty")]
    [InlineData("long")]
    public async Task CompareAsync_answerThatDiffers_isToldWithBothSilos(string difference)
    {
        SubtreeMessage good = Subtree(apart: false);
        SubtreeMessage[] answer = difference switch
        {
            "bit" => [good with { Values = Values(Whole, -0f) }],
            "subtree" => [good with { EndShard = 3 }],
            "none" => [],
            "two" => [good, good],
            "totals" => [good with { Totals = new StepTotals(10, 3, 5) }],
            "short" => [good with { Values = Values(Late) }],
            "empty" => [good with { Values = Values(0) }],
            "long" => [good with { Values = Values(Whole + 1) }],
            _ => throw new ArgumentOutOfRangeException(nameof(difference)),
        };

        HedgeOutcome outcome = await HedgeCheck.CompareAsync(7, Answered(1, apart: false, Subtree(apart: false)), Answered(2, apart: false, answer));

        string expected = "127.0.0.1:1 (process 11) and 127.0.0.1:2 (process 12) computed different gradients for shards 2-3";
        Assert.Contains(expected, outcome.Difference, StringComparison.Ordinal);
        Assert.Null(outcome.NotCompared);
    }

    [Fact]
    public async Task CompareAsync_answerThatNeverComes_isTold()
    {
        StepPart second = Part(2, apart: false, Task.FromException<StepReply>(new TimeoutException("no answer within 20 minutes")));

        HedgeOutcome outcome = await HedgeCheck.CompareAsync(7, Answered(1, apart: false, Subtree(apart: false)), second);

        Assert.Equal(
            "step 7: silo 127.0.0.1:2 (process 12) did not answer for shards 2-3 (no answer within 20 minutes); nothing was compared", outcome.NotCompared);
    }

    [Fact]
    public async Task CompareAsync_comparisonThatFails_isNoAnswer()
    {
        SubtreeMessage broken = Subtree(apart: false) with { Values = new GradientMessage(new FloatBuffer(Late), 0, Whole) };

        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => HedgeCheck.CompareAsync(7, Answered(1, apart: false, Subtree(apart: false)), Answered(2, apart: false, broken)));
    }

    private static GradientMessage Values(int length, float first = 0f)
    {
        FloatBuffer values = new(length);
        if (length > 0) values.Span[0] = first;
        return new GradientMessage(values);
    }

    private static SubtreeMessage Subtree(bool apart) => new(2, 4, _totals, apart ? new GradientMessage(new FloatBuffer(Whole), 0, Late) : Values(Whole));

    private static StepPart Answered(int silo, bool apart, params SubtreeMessage[] subtrees) =>
        Part(silo, apart, Task.FromResult(new StepReply(null, subtrees, 10, 0, [], 0, 1)));

    private static StepPart Part(int silo, bool apart, Task<StepReply> call)
    {
        var address = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, silo), 1);
        Participant participant = new(address, new FakeWorker(Whole), new JoinReply("host", 10 + silo, "scalar", 1, null), isLocal: false);
        Task<StepReply?> answer = call.IsCompletedSuccessfully ? Task.FromResult<StepReply?>(call.Result) : Task.FromResult<StepReply?>(null);
        return new StepPart(participant, [2, 3], call, answer, apart ? Task.FromResult<BucketReply?>(null) : null);
    }
}
