using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>jobs label</c> and <c>jobs list --tag</c>: what the executable says.</summary>
public sealed class JobsLabelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public JobsLabelTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Label_addsRemovesAndShows_andListFiltersByTag()
    {
        foreach (string job in (string[])["a", "b"])
            await LinesAsync("train", "--data", "idx:data", "--model", "tiny.json", "--stop-at", "1", "--job", job, "--local", "--quiet");
        Assert.Equal(["job a: tags baseline, fast", "the one to beat"], await LinesAsync(
            "jobs", "label", "a", "--tag", "baseline", "--tag", "fast", "--note", "the one to beat"));
        Assert.Equal(["job a: tags fast", "the one to beat"], await LinesAsync("jobs", "label", "a", "--untag", "baseline"));
        Assert.Equal(["job a: tags fast", "the one to beat"], await LinesAsync("jobs", "label", "a"));
        string[] all = await LinesAsync("jobs", "list"), fast = await LinesAsync("jobs", "list", "--tag", "fast");
        Assert.EndsWith("TAGS", all[0], StringComparison.Ordinal);
        Assert.Equal((3, 2), (all.Length, fast.Length));
        Assert.StartsWith("a ", fast[1], StringComparison.Ordinal);
        Assert.EndsWith("fast", fast[1], StringComparison.Ordinal);
        ProcessResult missing = await RunAsync("jobs", "label", "a", "--untag", "slow");
        Assert.Equal((2, "distconv: job 'a' has no tag 'slow'; it has fast"), (missing.ExitCode, Assert.Single(missing.ErrorLines)));
        ProcessResult wrong = await RunAsync("jobs", "label", "a", "--tag", "two words");
        Assert.Equal(2, wrong.ExitCode);
        Assert.StartsWith("distconv: --tag is 'two words'; a tag has 1 to 32 letters", Assert.Single(wrong.ErrorLines), StringComparison.Ordinal);
    }

    private Task<ProcessResult> RunAsync(params string[] arguments) => DistConvProcess.RunAsync(_folder.FullPath, arguments);

    private async Task<string[]> LinesAsync(params string[] arguments)
    {
        ProcessResult result = await RunAsync(arguments);
        Assert.Equal(0, result.ExitCode);
        return [.. result.OutputLines];
    }
}
