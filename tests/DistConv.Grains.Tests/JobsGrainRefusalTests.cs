using System.Text.Json.Nodes;
using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>What a client may send to a cluster that it should not: it is refused before anything is stored or allocated, and the silo goes on.</summary>
public sealed class JobsGrainRefusalTests : IDisposable
{
    private static readonly RunMessage _run = new(StopAt: null, SnapshotEverySteps: null, SnapshotSeconds: 5);

    private readonly TinyJob _job = new();

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "totalSteps", "0", "totalSteps is 0; give 1 to 999999999" },
        { "totalSteps", "-7", "totalSteps is -7; give 1 to 999999999" },
        { "totalSteps", "9223372036854775807", "totalSteps is 9223372036854775807; give 1 to 999999999" },
        { "optimizer.epsilon", "0", "optimizer.epsilon is 0; give a number above 0" },
        { "optimizer.name", "\"adm\"", "optimizer.name is 'adm', which is unknown; choose one of: sgd, adadelta, adam, adamw, rmsprop; did you mean 'adam'?" },
        { "numericsVersion", "2", "numericsVersion is 2, but this build computes with 1; use one build of DistConv" },
        { "data", "\"nosuch\"", "data is 'nosuch', which is unknown; the choices are digits, mnist, fashion-mnist, cifar10, idx, npz, images" },
        { "data", "\"idx:/etc\"",
            "data is 'idx:/etc', which is a path or has other characters than a name; name a data set, which each silo looks for in its own data folder" },
        { "data", "\"images:..\"",
            "data is 'images:..', which is a path or has other characters than a name; name a data set, which each silo looks for in its own data folder" },
        { "data", "\"../data\"",
            "data is '../data', which is a path or has other characters than a name; name a data set, which each silo looks for in its own data folder" },
        { "data", "\"images/%2e%2e?size=6x6\"", "data is 'images/%2e%2e?size=6x6', which is a path or has other characters than a name" },
    };

    public void Dispose() => _job.Dispose();

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Submit_settingOutOfRange_isRefusedAndLeavesNoFolder(string setting, string json, string expected)
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs(0).Submit("refused", Change(setting, json), _run));

        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
        Assert.Equal(setting, Assert.Single(e.Problems).Setting);
        Assert.False(Directory.Exists(Path.Combine(_job.Store, "refused")));
    }

    [Fact]
    public async Task Submit_billionsOfSamplesAndShards_isRefusedAndTheSiloTrainsOn()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        JobSpec spec = _job.Spec with { Samples = 2_000_000_000, GlobalBatch = 2_000_000_000, Shards = 200_000_000 };
        long before = GC.GetTotalAllocatedBytes();

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs(0).Submit("refused", spec.ToJson(), _run));

        Assert.Equal(["samples", "globalBatch", "shards"], e.Problems.Select(problem => problem.Setting));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50 << 20);
        Assert.False(Directory.Exists(Path.Combine(_job.Store, "refused")));
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        Assert.Equal(local.WeightsDigest, (await cluster.WaitAsync(0)).WeightsDigest);
    }

    [Fact]
    public async Task Submit_manyMistakes_namesThemAllAtOnce()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        JobSpec spec = _job.Spec with { Samples = 0, TotalSteps = 0, InitialWeights = $"sha256:{new string('0', 64)}" };

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(
            () => cluster.Jobs(0).Submit("No Job", spec.ToJson(), new RunMessage(-1, 0, double.NaN)));

        Assert.Equal(
            ["job", "samples", "totalSteps", "initialWeights", "stopAt", "snapshotEverySteps", "snapshotSeconds"],
                e.Problems.Select(problem => problem.Setting));
    }

    [Fact]
    public async Task Calls_withoutArguments_areRefusedInOneLine()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        IJobsGrain jobs = cluster.Jobs(0);

        await RefusedAsync("specification is missing; give its JSON", () => jobs.Submit(TinyJob.Id, null!, _run));
        await RefusedAsync("options are missing", () => jobs.Submit(TinyJob.Id, _job.Spec.ToJson(), null!));
        await RefusedAsync("options are missing", () => jobs.Resume(TinyJob.Id, null!));
        await RefusedAsync("job is '', which is not a job id", () => jobs.Submit(null!, _job.Spec.ToJson(), _run));
        await RefusedAsync("job is '', which is not a job id", () => jobs.Resume(null!, _run));
        await RefusedAsync("job is '', which is not a job id", () => jobs.Request(null!, JobRequest.Pause));
        await RefusedAsync("job is '', which is not a job id", () => jobs.GetStatus(null!));
        await RefusedAsync("job is '', which is not a job id", () => jobs.Show(null!));
        await RefusedAsync("offset is -1; give at least 0", () => jobs.ReadSnapshot(TinyJob.Id, 0, -1));
        await RefusedAsync("the job's specification cannot be read", () => jobs.Submit("refused", "null", _run));
    }

    [Fact]
    public async Task Request_undefined_isRefusedAndTheJobStaysAsItIs()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        long fence = _job.Folder.ClaimFence();
        _job.Folder.WriteStatus(new JobStatusRecord { State = JobState.Failed, Step = 3, UpdatedAt = DateTimeOffset.UtcNow }, fence);

        await RefusedAsync("request is 7; give pause or cancel", () => cluster.Jobs(0).Request(TinyJob.Id, (JobRequest)7));

        Assert.Equal((JobState.Failed, 3), (_job.Folder.ReadStatus()!.State, _job.Folder.ReadStatus()!.Step));
    }

    [Theory]
    [InlineData("totalSteps", "0", "totalSteps is 0; give 1 to 999999999")]
    [InlineData("shards", "0", "shards is 0; give 1 to 65536")]
    public async Task Jobs_thatAnOlderBuildAccepted_endAndAreShownInOneLine(string setting, string json, string expected)
    {
        string folder = Path.Combine(_job.Store, "older");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "spec.json"), Change(setting, json), TestContext.Current.CancellationToken);
        JobFolder older = new JobStore(_job.Store).Open("older");
        long fence = older.ClaimFence(new ClaimOwner("10.0.0.3:11111@1", "elsewhere", 1));
        older.WriteRun(new RunRecord(null, 1, 5, fence), fence);
        older.WriteStatus(new JobStatusRecord { State = JobState.Running, Step = 0, UpdatedAt = DateTimeOffset.UtcNow }, fence);
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);

        JobStatus status = await cluster.WaitAsync(1, "older");

        Assert.Equal((JobState.Failed, expected), (status.State, status.Message));
        Assert.Equal(expected, (await cluster.Jobs(0).Show("older")).Message);
        await RefusedAsync(expected, () => cluster.Jobs(0).Resume("older", _run));
    }

    private static async Task RefusedAsync(string expected, Func<Task> call)
    {
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(call);
        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private string Change(string setting, string json)
    {
        JsonNode spec = JsonNode.Parse(_job.Spec.ToJson())!, node = spec;
        string[] path = setting.Split('.');
        foreach (string part in path[..^1]) node = node[part]!;
        node[path[^1]] = JsonNode.Parse(json);
        return spec.ToJsonString();
    }
}
