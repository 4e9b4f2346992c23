using System.Text;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

/// <summary>Claims with owners and beats, run records and requests.</summary>
public sealed class JobClaimTests : IDisposable
{
    private static readonly ClaimOwner _owner = new("10.0.0.3:11111@4711", "node-a", 17);
    private static readonly RunRecord _run = new(40, null, 2.5, 1);

    private readonly TemporaryFolder _folder = new();
    private readonly JobFolder _job;

    public JobClaimTests() => _job = new JobStore(_folder.Root).Create("job-1", SnapshotSamples.Spec);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadClaim_highest_tellsOwnerGrowthAndRelease()
    {
        Assert.Null(_job.ReadClaim());
        _job.ClaimFence();
        Assert.Equal(ClaimOwner.Here(), _job.ReadClaim()!.Owner);
        long fence = _job.ClaimFence(_owner);
        Assert.Equal("""{"silo":"10.0.0.3:11111@4711","host":"node-a","pid":17}""" + "\n", File.ReadAllText(Claim(2)));
        JobClaim claim = _job.ReadClaim()!;
        Assert.Equal((2, _owner, false), (claim.Fence, claim.Owner, claim.IsReleased));

        _job.Beat(fence);
        _job.Beat(fence);
        JobClaim beaten = _job.ReadClaim()!;
        _job.Release(fence);
        JobClaim released = _job.ReadClaim()!;

        Assert.Equal((claim.Length + 2, _owner, false), (beaten.Length, beaten.Owner, beaten.IsReleased));
        Assert.Equal((_owner, true), (released.Owner, released.IsReleased));
    }

    [Theory]
    [InlineData("")] // Its owner died between the creation and the line.
    [InlineData("{\"silo\":\"10.0.0.3:111")]
    [InlineData("{\"silo\":\"10.0.0.3:11111@4711\",\"host\":\"node-a\",\"pid\":17}")] // Complete, but for the line's end.
    [InlineData("{}\n...")]
    [InlineData("null\n...")]
    [InlineData("\0\0\0\0\0\n...")]
    [InlineData("....\n")]
    public void ReadClaim_tornOwner_hasNone(string content)
    {
        File.WriteAllText(Claim(1), content);

        JobClaim claim = _job.ReadClaim()!;

        Assert.Equal((1, null, content.Length, false), (claim.Fence, claim.Owner, claim.Length, claim.IsReleased));
        Assert.Equal(2, _job.ClaimFence());
    }

    [Theory]
    [InlineData("\nreleased\n", true)]
    [InlineData("...\nreleased\n", true)]
    [InlineData("...\nreleased", false)]
    [InlineData("...\nrele", false)]
    [InlineData("...\nreleased\n.", false)]
    public void ReadClaim_tornRelease_isNone(string rest, bool isReleased)
    {
        File.WriteAllText(Claim(1), """{"silo":"10.0.0.3:11111@4711","host":"node-a","pid":17}""" + "\n" + rest);

        Assert.Equal((_owner, isReleased), (_job.ReadClaim()!.Owner, _job.ReadClaim()!.IsReleased));
    }

    [Fact]
    public void ReadClaim_longLife_isReadFromItsEnds()
    {
        long fence = _job.ClaimFence(_owner);
        File.AppendAllText(Claim(fence), new string('.', 100_000), Encoding.ASCII);

        Assert.Equal(_owner, _job.ReadClaim()!.Owner);
        _job.Release(fence);
        Assert.True(_job.ReadClaim()!.IsReleased);
    }

    [Fact]
    public void IsRunning_withoutTheLock_followsTheBeatsOfACluster()
    {
        _job.ClaimFence();
        Assert.False(_job.IsRunning);
        long fence = _job.ClaimFence(_owner);
        Assert.True(_job.IsRunning);
        File.SetLastWriteTimeUtc(Claim(fence), DateTime.UtcNow.AddSeconds(-11));
        Assert.False(_job.IsRunning);
        _job.Beat(fence);
        Assert.True(_job.IsRunning);
        _job.Release(fence);
        Assert.False(_job.IsRunning);
    }

    [Fact]
    public void Beat_claimThatIsGone_makesNoFile()
    {
        Assert.Throws<FileNotFoundException>(() => _job.Beat(5));
        Assert.Equal(0, _job.HighestFence());
    }

    [Fact]
    public void IsKept_clusterJob_untilItEndsOrRunsElsewhere()
    {
        Assert.False(_job.IsKept);
        long fence = _job.ClaimFence(_owner);
        Assert.False(_job.IsKept);
        _job.WriteRun(_run, fence);
        Assert.True(_job.IsKept);
        foreach (JobState state in Enum.GetValues<JobState>())
        {
            _job.WriteStatus(Status(state), fence);
            Assert.Equal(state is JobState.Queued or JobState.Running, _job.IsKept);
        }

        _job.WriteStatus(Status(JobState.Running), fence);
        Assert.Equal(_run, _job.ReadRun());
        _job.ClaimFence();
        Assert.False(_job.IsKept);
        Assert.Throws<FencedException>(() => _job.WriteRun(_run, fence));
    }

    [Fact]
    public void Request_runningJob_waitsForItsTrainer()
    {
        long first = _job.ClaimFence();
        using (JobLock? held = _job.TryAcquireLock())
        {
            Assert.True(_job.Request(JobRequest.Pause));
            Assert.True(_job.Request(JobRequest.Cancel));
        }

        Assert.Equal("""{"request":"cancel"}""", File.ReadAllText(Path.Combine(_job.Path, "request-1-2.json")).ReplaceLineEndings("")
            .Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(JobRequest.Cancel, _job.ReadRequest(first));
        Assert.Null(_job.ReadRequest(_job.ClaimFence()));
        File.WriteAllText(Path.Combine(_job.Path, "request-2-1.json"), "{\"requ");
        Assert.Null(_job.ReadRequest(2));
        Assert.Equal(JobRequest.Cancel, _job.ReadRequest(1));
        Assert.Null(_job.ReadStatus());
    }

    [Fact]
    public void Request_jobThatNobodyTrains_isMetAtOnce()
    {
        _job.WriteStatus(Status(JobState.Running) with { Message = "x" }, _job.ClaimFence());

        Assert.False(_job.Request(JobRequest.Pause));
        Assert.Equal((JobState.Paused, 12, null, 2L), (_job.ReadStatus()!.State, _job.ReadStatus()!.Step, _job.ReadStatus()!.Message, _job.HighestFence()));
        Assert.False(_job.Request(JobRequest.Pause));
        Assert.Equal(2, _job.HighestFence());
        Assert.False(_job.Request(JobRequest.Cancel));
        Assert.Equal(JobState.Cancelled, _job.ReadStatus()!.State);
        Assert.Throws<InvalidInputException>(() => _job.Request(JobRequest.Pause));
        Assert.Null(_job.ReadRequest(0));
    }

    [Fact]
    public void Request_jobThatAClusterTakesOver_waitsForTheNextCoordinator()
    {
        long fence = _job.ClaimFence(_owner);
        _job.WriteRun(_run, fence);
        _job.WriteStatus(Status(JobState.Running), fence);
        _job.Release(fence);

        Assert.True(_job.Request(JobRequest.Pause, isKept: true));
        Assert.Equal((JobState.Running, JobRequest.Pause), (_job.ReadStatus()!.State, _job.ReadRequest(fence)));
        Assert.False(_job.Request(JobRequest.Pause));
        Assert.Equal(JobState.Paused, _job.ReadStatus()!.State);
    }

    [Theory]
    [InlineData(JobState.Done, JobRequest.Cancel)]
    [InlineData(JobState.Done, JobRequest.Pause)]
    [InlineData(JobState.Failed, JobRequest.Pause)]
    [InlineData(JobState.Stopped, JobRequest.Pause)]
    public void Request_jobThatHasEnded_isRefused(JobState state, JobRequest request)
    {
        _job.WriteStatus(Status(state), _job.ClaimFence());

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => _job.Request(request));

        Assert.Equal($"job 'job-1' is {state.ToString().ToLowerInvariant()}: there is nothing to {request.ToString().ToLowerInvariant()}", e.Message);
        Assert.Equal((state, 1L), (_job.ReadStatus()!.State, _job.HighestFence()));
    }

    private static JobStatusRecord Status(JobState state) => new() { State = state, Step = 12, UpdatedAt = DateTimeOffset.UtcNow };

    private string Claim(long fence) => Path.Combine(_job.Path, $"claim-{fence}");
}
