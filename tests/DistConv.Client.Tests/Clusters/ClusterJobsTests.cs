using DistConv.Cli.Tests.Support;
using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Client.Tests.Clusters;

/// <summary>What a client does when silos do not answer.</summary>
public sealed class ClusterJobsTests
{
    private const string Name = "cluster 'c' at redis://r:6379";

    private readonly ManualTime _time = new();
    private readonly List<string> _warned = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetStatus_siloIsSilent_asksAnotherAndStaysWithIt()
    {
        List<long> asked = [];
        ClusterJobs jobs = Create(key =>
        {
            asked.Add(key);
            return new FakeSilo { Status = () => key == 0 ? new TaskCompletionSource<JobStatus>().Task : Task.FromResult(Running) };
        });
        Assert.Same(Running, await jobs.GetStatusAsync("j", Token));
        Assert.Same(Running, await jobs.GetStatusAsync("j", Token));
        Assert.Equal([0, 1, 1], asked);
        Assert.Empty(_warned);
    }

    [Fact]
    public async Task GetStatus_nobodyAnswersForAWhile_warnsOnceAndSaysWhenItIsOver()
    {
        int calls = 0;
        ClusterJobs jobs = Create(_ => new FakeSilo
        {
            Status = () => ++calls < 8 ? Task.FromException<JobStatus>(new TimeoutException()) : Task.FromResult(Running),
            OnCall = () => _time.Advance(TimeSpan.FromSeconds(3)),
        });
        Assert.Same(Running, await jobs.GetStatusAsync("j", Token));
        Assert.Collection(
            _warned,
            line => Assert.StartsWith($"no silo of {Name} answers; trying again for", line, StringComparison.Ordinal),
            line => Assert.Equal($"{Name} answers again", line));
    }

    [Fact]
    public async Task GetStatus_nobodyEverAnswers_endsInOneLine()
    {
        ClusterJobs jobs = Create(_ => new FakeSilo
        {
            Status = () => Task.FromException<JobStatus>(new OrleansException("gone")),
            OnCall = () => _time.Advance(TimeSpan.FromSeconds(5)),
        });
        ClusterUnavailableException e = await Assert.ThrowsAsync<ClusterUnavailableException>(() => jobs.GetStatusAsync("j", Token));
        Assert.Matches($"^no silo of {Name} has answered for 6[0-9] s: .*'distconv serve'", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public async Task Request_wrongInput_passesThroughAtOnce()
    {
        int calls = 0;
        ClusterJobs jobs = Create(_ => new FakeSilo
        {
            OnCall = () => calls++,
            Act = () => Task.FromException(new InvalidInputException("job 'j' exists with another specification")),
        });
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => jobs.RequestAsync("j", JobRequest.Pause, Token));
        Assert.Equal(("job 'j' exists with another specification", 1), (e.Message, calls));
    }

    [Fact]
    public async Task Request_silosRefuse_isTriedElsewhereAndEndsInOneLine()
    {
        HashSet<long> asked = [];
        ClusterJobs jobs = Create(key =>
        {
            asked.Add(key);
            return new FakeSilo { Act = () => Task.FromException(new IOException("no space left")) };
        });
        ClusterUnavailableException e = await Assert.ThrowsAsync<ClusterUnavailableException>(() => jobs.RequestAsync("j", JobRequest.Cancel, Token));
        Assert.Equal($"{Name} cannot do this now: no space left", e.Message);
        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public async Task GetStatus_cancelled_ends()
    {
        using CancellationTokenSource stop = new();
        ClusterJobs jobs = Create(_ => new FakeSilo { OnCall = stop.Cancel, Status = () => new TaskCompletionSource<JobStatus>().Task });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => jobs.GetStatusAsync("j", stop.Token));
    }

    [Fact]
    public async Task CopySnapshot_anotherCoordinatorsFileAppears_startsAgain()
    {
        byte[] old = [1, 2, 3, 4, 5], current = [6, 7, 8, 9, 10, 11];
        int calls = 0;
        ClusterJobs jobs =
            Create(_ => new FakeSilo { Chunk = offset => calls++ == 0 ? Part("step-1-1.dcs", old, offset) : Part("step-1-2.dcs", current, offset) });
        using MemoryStream copy = new();
        await jobs.CopySnapshotAsync("j", 1, copy, Token);
        Assert.Equal(current, copy.ToArray());
        Assert.Equal(5, calls);
    }

    [Fact]
    public async Task CopySnapshot_fileEndsEarly_isAnError()
    {
        ClusterJobs jobs = Create(_ => new FakeSilo { Chunk = _ => new FileChunk([], 5, "step-1-1.dcs") });
        using MemoryStream copy = new();
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => jobs.CopySnapshotAsync("j", 1, copy, Token));
        Assert.Contains("sent 0 of 5 bytes of 'step-1-1.dcs'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(1, 0, "has protocol version")]
    [InlineData(0, 1, "has numericsVersion")]
    public void EnsureSameBuild_anotherBuild_isNamed(int protocol, int numerics, string? expected)
    {
        ClusterMessage cluster = new(Protocol.Version + protocol, NumericsVersion.Current + numerics, "store", []);
        InvalidInputException? e = Record.Exception(() => ClusterConnection.EnsureSameBuild(cluster, Name)) as InvalidInputException;
        Assert.Equal(expected is null, e is null);
        if (expected is not null) Assert.StartsWith($"{Name} {expected}", e!.Message, StringComparison.Ordinal);
    }

    private static JobStatus Running { get; } = new() { Job = "j", State = JobState.Running };

    private static FileChunk Part(string name, byte[] file, long offset) => new(file[(int)offset..int.Min((int)offset + 2, file.Length)], file.Length, name);

    private ClusterJobs Create(Func<long, IJobsGrain> silo) => new(silo, Name, _time) { Warn = _warned.Add };

    /// <summary>A silo that does what a test says.</summary>
    private sealed class FakeSilo : IJobsGrain
    {
        public Action OnCall { get; init; } = () => { };

        public Func<Task<JobStatus>> Status { get; init; } = () => throw new NotSupportedException();

        public Func<Task> Act { get; init; } = () => throw new NotSupportedException();

        public Func<long, FileChunk> Chunk { get; init; } = _ => throw new NotSupportedException();

        public Task<ClusterMessage> GetCluster() => throw new NotSupportedException();

        public Task Submit(string job, string specJson, RunMessage options) => throw new NotSupportedException();

        public Task SendInitialWeights(string job, string specJson, long offset, byte[] bytes) => throw new NotSupportedException();

        public Task Resume(string job, RunMessage options) => throw new NotSupportedException();

        public Task Extend(string job, long totalSteps) => throw new NotSupportedException();

        public Task Label(string job, string[] tags, string note) => throw new NotSupportedException();

        public Task<RecordPage> ReadRecord(string job, RecordCursor after) => throw new NotSupportedException();

        public Task<JobSummary[]> List() => throw new NotSupportedException();

        public Task<JobDetails> Show(string job) => throw new NotSupportedException();

        public Task Request(string job, JobRequest request)
        {
            OnCall();
            return Act();
        }

        public Task<JobStatus> GetStatus(string job)
        {
            OnCall();
            return Status();
        }

        public Task<FileChunk> ReadSnapshot(string job, long step, long offset)
        {
            OnCall();
            return Task.FromResult(Chunk(offset));
        }
    }
}
