using System.Net;
using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Who takes a job over, and when.</summary>
public sealed class SuccessionTests
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(250);
    private static readonly ClaimOwner _owner = new("10.0.0.3:11111@1", "node", 1);

    [Fact]
    public void Order_silosThatSeeTheSame_agree_andALossMovesNobodyElse()
    {
        SiloAddress[] silos = [.. Enumerable.Range(1, 5).Select(Address)];
        string[] jobs = [.. Enumerable.Range(0, 200).Select(i => $"job-{i}")];

        foreach (string job in jobs)
        {
            SiloAddress[] order = Succession.Order(job, silos);
            Assert.Equal(order, Succession.Order(job, silos.Reverse()));
            Assert.Equal(order.Where(silo => !silo.Equals(silos[2])), Succession.Order(job, silos.Where(silo => !silo.Equals(silos[2]))));
        }

        Assert.All(silos, silo => Assert.InRange(jobs.Count(job => Succession.Order(job, silos)[0].Equals(silo)), 20, 60));
    }

    [Theory]
    [InlineData(false, false, 0, 4)]
    [InlineData(false, false, 2, 12)]
    [InlineData(false, true, 0, 40)]
    [InlineData(false, true, 1, 44)]
    [InlineData(true, true, 0, 0)]
    [InlineData(true, false, 1, 4)]
    public void IsDue_claimThatDoesNotGrow_afterThePatienceOfItsOwnerAndRank(bool isReleased, bool ownerIsActive, int rank, int looks)
    {
        var watch = new ClaimWatch();
        for (int look = 0; look < looks; look++) Assert.False(watch.IsDue(Claim(1, 80, isReleased), _look, ownerIsActive, rank));

        Assert.True(watch.IsDue(Claim(1, 80, isReleased), _look, ownerIsActive, rank));
        watch.Restart();
        Assert.False(watch.IsDue(Claim(1, 80, isReleased), _look, ownerIsActive, rank));
    }

    [Fact]
    public void IsDue_claimThatGrowsOrIsNew_isNot()
    {
        var watch = new ClaimWatch();
        for (int look = 0; look < 100; look++) Assert.False(watch.IsDue(Claim(1, 80 + (look / 3)), _look, ownerIsActive: false, rank: 0));
        for (int look = 0; look < 100; look++) Assert.False(watch.IsDue(Claim(2 + (look / 3), 80), _look, ownerIsActive: false, rank: 0));
    }

    [Fact]
    public void IsDue_afterThisProcessWasStopped_countsItsLooksAndNotTheClock()
    {
        var watch = new ClaimWatch();
        watch.IsDue(Claim(1, 80), _look, ownerIsActive: true, rank: 0);

        Assert.False(watch.IsDue(Claim(1, 80), TimeSpan.FromMinutes(1), ownerIsActive: true, rank: 0));
    }

    private static JobClaim Claim(long fence, long length, bool isReleased = false) => new(fence, _owner, length, DateTimeOffset.UnixEpoch, isReleased);

    private static SiloAddress Address(int generation) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11110 + generation), generation);
}
