using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>A command line that runs inside the process of the tests.</summary>
/// <param name="folder">Holds the store and the cache.</param>
internal sealed class CliRun(TemporaryFolder folder)
{
    /// <summary>What the last one wrote.</summary>
    public RecordingOutput Output { get; private set; } = new();

    /// <summary>Runs a command, and compares its exit code.</summary>
    public async Task<RecordingOutput> RunAsync(int exitCode, params string[] args)
    {
        Output = new RecordingOutput();
        Dictionary<string, string> variables = new() { ["DISTCONV_CACHE"] = folder["cache"], ["DISTCONV_OFFLINE"] = "1", ["DISTCONV_STORE"] = folder["store"] };
        CliContext context = new(Output, TimeProvider.System, variables.GetValueOrDefault, TestContext.Current.CancellationToken);
        int code = await CommandLine.RunAsync(args, context);
        Assert.True(code == exitCode, $"{string.Join(' ', args)}: {code}\n{string.Join('\n', Output.Failed.Concat(Output.Warned).Concat(Output.Resulted))}");
        return Output;
    }

    /// <summary>The same for a command that prints an object.</summary>
    public async Task<JsonElement> JsonAsync(int exitCode, params string[] args) =>
        JsonDocument.Parse((await RunAsync(exitCode, [.. args, "--json"])).Resulted[^1]).RootElement;

    /// <summary>A command that is refused: its one line.</summary>
    public async Task<string> RefusalAsync(params string[] args) => Assert.Single((await RunAsync(2, args)).Failed);
}
