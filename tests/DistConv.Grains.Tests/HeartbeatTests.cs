using System.Net;
using DistConv.Grains.Contracts;
using DistConv.Grains.Membership;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Who is lost, and who is there again.</summary>
public sealed class HeartbeatTests
{
    private readonly HeartbeatRecord _record = new();

    [Fact]
    public void Failed_twiceInARow_isLost_untilAnAnswer()
    {
        _record.Failed(_record.Tick(counts: true));
        Assert.False(_record.IsLost);
        _record.Answered(_record.Tick(counts: true), isLeaving: false);
        _record.Failed(_record.Tick(counts: true));
        Assert.False(_record.IsLost);
        _record.Failed(_record.Tick(counts: true));
        Assert.True(_record.IsLost);

        _record.Answered(_record.Tick(counts: true), isLeaving: false);

        Assert.False(_record.IsLost);
    }

    [Fact]
    public void Tick_withoutAnswers_isLostAfterTwoAndAHalfSeconds()
    {
        List<long> sent = [];
        for (int tick = 0; tick <= HeartbeatRecord.SilenceLimit; tick++)
        {
            Assert.False(_record.IsLost);
            if (_record.Tick(counts: true) is var number and > 0) sent.Add(number);
        }

        Assert.True(_record.IsLost);
        Assert.Equal([1, 2, 3], sent); // One at once, and one a second while none is answered.
        _record.Answered(sent[0], isLeaving: false);
        Assert.False(_record.IsLost);
        _record.Failed(sent[1]);
        _record.Failed(sent[2]);
        Assert.True(_record.IsLost);
    }

    [Fact]
    public void Tick_whileNoAnswerCouldBeSeen_doesNotCount()
    {
        for (int tick = 0; tick < 100; tick++) _record.Tick(counts: false);

        Assert.False(_record.IsLost);
    }

    [Fact]
    public void Failed_heartbeatFromBeforeTheLastAnswer_doesNotCount()
    {
        for (int tick = 0; tick < 9; tick++) _record.Tick(counts: true); // Sends 1, 2 and 3.
        _record.Answered(3, isLeaving: false);

        _record.Failed(1);
        _record.Failed(2);

        Assert.False(_record.IsLost);
    }

    [Fact]
    public async Task HeartbeatLoop_silentSilo_isLostAndComesBack_andTheOthersStay()
    {
        SiloAddress good = Address(1), bad = Address(2);
        var answers = new TaskCompletionSource();
        var seen = new List<(SiloAddress, bool, bool)>();
        using var changes = new SemaphoreSlim(0);
        using var loop = new HeartbeatLoop(HeartbeatAsync, (silo, record) =>
        {
            seen.Add((silo, record.IsLost, record.IsLeaving));
            changes.Release();
        });
        loop.Start();

        loop.Watch([good, bad]);
        await changes.WaitAsync(TestContext.Current.CancellationToken);
        answers.SetResult();
        await changes.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(bad, true, false), (bad, false, true)], seen);

        async Task<HeartbeatReply> HeartbeatAsync(SiloAddress silo)
        {
            if (silo.Equals(bad)) await answers.Task;
            return new HeartbeatReply(IsLeaving: silo.Equals(bad));
        }
    }

    private static SiloAddress Address(int generation) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), generation);
}
