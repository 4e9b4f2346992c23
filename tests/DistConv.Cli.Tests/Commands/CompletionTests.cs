using System.Diagnostics;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>A real bash completes lines with the script that <c>distconv completion bash</c> prints.</summary>
public sealed class CompletionTests : IDisposable
{
    private const string Complete = """
        eval "$(distconv completion bash)"
        for line in "$@"; do
            COMP_LINE="$line" COMP_POINT=${#line}
            read -ra COMP_WORDS <<< "$line"
            [[ $line == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
            _distconv
            echo "${COMPREPLY[*]}"
        done
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bash_anyPlace_offersWhatCouldStandThere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash is not there");
        foreach (string job in (string[])["first", "second"])
        {
            Directory.CreateDirectory(_folder[$"jobs/{job}"]);
            _folder.Write($"jobs/{job}/spec.json", "{}");
        }

        string[] found = await CompleteAsync(
            "distconv tr", "distconv jobs ", "distconv train --optim", "distconv train --optimizer ada", "distconv train --recipe fast",
                "distconv train --model keras", "distconv train --data d",
            "distconv jobs watch --store jobs f", "distconv evaluate --store jobs sec", "distconv jobs show --store nowhere ", "distconv completion po");
        Assert.Equal(
            ["train", "--help cancel compare delete extend label list metrics pause resume show watch", "--optimizer", "adadelta adam adamw", "fast-mnist",
                "keras1-mnist-cnn keras2-mnist-cnn keras3-mnist-convnet", "digits", "first", "second", "--cluster --cluster-id --help --json --tls",
                "powershell"],
            found);
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public async Task Completion_otherShells_askForSuggestions(string shell) =>
        Assert.Contains("[suggest:", (await DistConvProcess.RunAsync(_folder.FullPath, "completion", shell)).Output, StringComparison.Ordinal);

    private async Task<string[]> CompleteAsync(params string[] lines)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string function = $"distconv() {{ '{dotnet}' '{TestedProgram.Assembly}' \"$@\"; }}\n";
        ProcessStartInfo start = new("bash") { WorkingDirectory = _folder.FullPath, RedirectStandardOutput = true };
        foreach (string arg in (string[])["--norc", "--noprofile", "-c", function + Complete, "bash", .. lines]) start.ArgumentList.Add(arg);
        using Process bash = Process.Start(start)!;
        string output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return [.. output.TrimEnd('\n').Split('\n')];
    }
}
