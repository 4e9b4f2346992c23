using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

/// <summary>What all mistakes have in common: one line, exit code 2, nothing written.</summary>
public abstract class BadInputTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected TemporaryFolder Folder => _folder;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the executable and checks what every mistake must lead to; <c>models check</c> also lists several problems as its result.</summary>
    private protected async Task RefusesAsync(string[] fragments, string[] args, Dictionary<string, string>? environment = null, int listed = 0)
    {
        string[] before = _folder.Listing();
        using DistConvProcess process = DistConvProcess.Start(_folder.FullPath, environment, args);
        ProcessResult result = await process.WaitAsync();
        Assert.True(result.ExitCode == 2, result.ToString());
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("distconv: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", line, StringComparison.Ordinal);
        Assert.Equal(listed, result.OutputLines.Length);
        foreach (string fragment in fragments) Assert.Contains(fragment, line, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }
}
