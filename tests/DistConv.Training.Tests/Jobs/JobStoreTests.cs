using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

public sealed class JobStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Constructor_twice_keepsTheStoreId()
    {
        JobStore first = new(_folder["store"]);
        JobStore second = new(_folder["store"]);

        Assert.Equal(32, first.Id.Length);
        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Id, new JobStore(_folder["other"]).Id);
        Assert.DoesNotContain(Directory.GetFiles(first.Root), path => path.Contains("probe"));
    }

    [Fact]
    public void Constructor_manyAtOnce_agreeOnTheStoreId()
    {
        string[] ids = new string[8];
        OnThreads(ids.Length, i => ids[i] = new JobStore(_folder["store"]).Id);

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public void Constructor_folderCannotBeMade_saysSoInOneLine()
    {
        File.WriteAllText(_folder["file"], "");

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new JobStore(_folder["file/store"]));

        Assert.Contains("cannot be written", e.Message);
        Assert.Contains("store directory", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Constructor_damagedStoreId_saysSo()
    {
        File.WriteAllText(_folder["store-id"], "");

        Assert.Contains("store-id' is damaged", Assert.Throws<InvalidInputException>(() => new JobStore(_folder.Root)).Message);
    }

    [Fact]
    public void Create_sameSpecification_isTheSameJob()
    {
        JobStore store = new(_folder.Root);
        JobFolder first = store.Create("job-1", SnapshotSamples.Spec);

        JobFolder again = store.Create("job-1", SnapshotSamples.Spec with { });

        Assert.Equal(first.Path, again.Path);
        Assert.Equal(SnapshotSamples.Spec, store.Open("job-1").Spec);
        Assert.Equal(["job-1"], store.List());
    }

    [Fact]
    public void Create_otherSpecification_namesWhatDiffers()
    {
        JobStore store = new(_folder.Root);
        store.Create("job-1", SnapshotSamples.Spec);
        JobSpec other = SnapshotSamples.Spec with { GlobalBatch = 64, Optimizer = SnapshotSamples.Spec.Optimizer with { LearningRate = 0.5f } };

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => store.Create("job-1", other));

        Assert.Contains("(globalBatch is 100 there and 64 here, optimizer.learningRate is 0.001 there and 0.5 here)", e.Message);
        Assert.Equal(SnapshotSamples.Spec, store.Open("job-1").Spec);
    }

    [Fact]
    public void Create_manyAtOnceWithDifferentSpecifications_oneWins()
    {
        JobStore store = new(_folder.Root);
        JobFolder?[] created = new JobFolder?[8];
        OnThreads(created.Length, i =>
        {
            try
            {
                created[i] = store.Create("race", SnapshotSamples.Spec with { Seed = (ulong)i });
            }
            catch (InvalidInputException)
            {
                created[i] = null;
            }
        });

        JobFolder winner = Assert.Single(created, folder => folder is not null)!;
        Assert.Equal(winner.Spec, store.Open("race").Spec);
    }

    [Fact]
    public void Create_manyAtOnceWithTheSameSpecification_allGetTheJob()
    {
        JobStore store = new(_folder.Root);
        JobFolder?[] created = new JobFolder?[8];

        OnThreads(created.Length, i => created[i] = store.Create("race", SnapshotSamples.Spec));

        Assert.All(created, folder => Assert.Equal(SnapshotSamples.Spec, folder!.Spec));
        Assert.Equal(["spec.json"], Directory.GetFiles(created[0]!.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Job")]
    [InlineData("../job")]
    [InlineData("job\n")]
    [InlineData("nul")]
    [InlineData("-job")]
    [InlineData("-")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234x")]
    public void Create_invalidId_throws(string id) =>
        Assert.Contains("is not a job id", Assert.Throws<InvalidInputException>(() => new JobStore(_folder.Root).Create(id, SnapshotSamples.Spec)).Message);

    [Fact]
    public void Open_unknownJob_suggestsOrLists()
    {
        JobStore store = new(_folder.Root);
        Assert.Contains("it holds no job yet", Refusal("mnist-1"));

        store.Create("digits-1123-0412-a3f", SnapshotSamples.Spec);
        store.Create("mnist-1", SnapshotSamples.Spec);

        Assert.Contains("did you mean 'mnist-1'?", Refusal("mnst-1"));
        Assert.Contains("did you mean 'digits-1123-0412-a3f'?", Refusal("digits-1123-0412-a3e"));
        Assert.EndsWith("it holds digits-1123-0412-a3f, mnist-1", Refusal("something-else-entirely"));

        string Refusal(string id) => Assert.Throws<InvalidInputException>(() => store.Open(id)).Message;
    }

    [Fact]
    public void Open_damagedSpecification_saysSo()
    {
        JobStore store = new(_folder.Root);
        string spec = Path.Combine(store.Create("job-1", SnapshotSamples.Spec).Path, "spec.json");
        File.WriteAllText(spec, File.ReadAllText(spec).Replace("\"seed\"", "\"sead\""));

        Assert.Contains($"'{spec}' is damaged, or was written by another version", Assert.Throws<InvalidInputException>(() => store.Open("job-1")).Message);
        Assert.Empty(store.Summaries(out IReadOnlyList<string> warnings));
        Assert.Contains("job 'job-1' cannot be listed", Assert.Single(warnings));
    }

    [Theory]
    [InlineData("keras2-mnist-cnn", "keras2-mnist-cnn-1123-0412-")]
    [InlineData("My Model (v2)", "my-model-v2-1123-0412-")]
    [InlineData("ÄÖ", "job-1123-0412-")]
    [InlineData("a-name-that-is-much-longer-than-any-name-of-a-model-should-ever-be", "a-name-that-is-much-longer-than-any-name-1123-0412-")]
    public void NewJobId_anyName_isReadableAndValid(string name, string beginning)
    {
        string id = JobStore.NewJobId(new FixedTime(new DateTimeOffset(2030, 11, 23, 4, 12, 59, TimeSpan.Zero)), name);

        Assert.StartsWith(beginning[..int.Min(beginning.Length, 30)], id);
        Assert.Contains("-1123-0412-", id);
        Assert.NotNull(new JobStore(_folder.Root).Create(id, SnapshotSamples.Spec));
    }

    internal static void OnThreads(int count, Action<int> action)
    {
        using Barrier together = new(count);
        Exception?[] errors = new Exception?[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            errors[i] = Record.Exception(() => action(i));
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(errors, Assert.Null);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
