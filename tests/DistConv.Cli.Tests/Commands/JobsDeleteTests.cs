using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>jobs delete</c>: it asks before it deletes, and deletes all of the jobs or none.</summary>
public sealed class JobsDeleteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Delete_deletesOnlyWithYes_andAllOrNone()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
        foreach (string job in (string[])["a", "b"])
        {
            RecordingOutput trained = await RunAsync(
                0, "train", "--data", $"idx:{_folder["data"]}", "--model", _folder["tiny.json"], "--stop-at", "1", "--job", job, "--local", "--quiet");
            Assert.Empty(trained.Failed);
        }

        JobStore store = JobStore.OpenRead(_folder["store"]);
        RecordingOutput asked = await RunAsync(2, "jobs", "delete", "a", "b");
        Assert.Equal("nothing was deleted; add --yes to delete for good", Assert.Single(asked.Failed));
        Assert.Equal(2, asked.Resulted.Count);
        Assert.StartsWith("job a: stopped, ", asked.Resulted[0], StringComparison.Ordinal);
        Assert.Equal(["a", "b"], store.List());

        RecordingOutput missing = await RunAsync(2, "jobs", "delete", "a", "none", "--yes");
        Assert.Contains("job 'none' is not in the store", Assert.Single(missing.Failed), StringComparison.Ordinal);
        Assert.Equal(["a", "b"], store.List());

        RecordingOutput deleted = await RunAsync(0, "jobs", "delete", "a", "--yes");
        Assert.StartsWith("deleted job a: stopped, ", Assert.Single(deleted.Resulted), StringComparison.Ordinal);
        Assert.Equal(["b"], store.List());
    }

    private async Task<RecordingOutput> RunAsync(int exitCode, params string[] arguments)
    {
        RecordingOutput output = new();
        CliContext context = new(output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken);
        int ended = await CommandLine.RunAsync([.. arguments, "--store", _folder["store"]], context);
        Assert.True(ended == exitCode, $"{ended}: {string.Join("; ", output.Failed)}");
        return output;
    }
}
