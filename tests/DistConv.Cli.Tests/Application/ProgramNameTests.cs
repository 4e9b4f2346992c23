using DistConv.Cli.Output;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Application;

public sealed class ProgramNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Program => Path.Combine(_folder.FullPath, "bin", Path.GetFileName(DistConvProcess.Executable[0]));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_onThePath_isTheUsualName()
    {
        Touch();
        Assert.Equal("distconv", Find(Program, path: Path.GetDirectoryName(Program)).Text);
    }

    [Fact]
    public void Find_notOnThePath_isThePathFromHere()
    {
        Touch();
        Assert.Equal(Path.GetRelativePath(_folder.FullPath, Program), Find(Program).Text);
        string here = Find(Program, directory: Path.GetDirectoryName(Program)).Text;
        Assert.Equal($".{Path.DirectorySeparatorChar}{Path.GetFileName(Program)}", here);
    }

    [Fact]
    public void Find_anotherProgramOfThatNameOnThePath_isThePathFromHere()
    {
        Touch();
        string other = Path.Combine(_folder.FullPath, "other");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, Path.GetFileName(Program)), "");
        Assert.Equal(Path.GetRelativePath(_folder.FullPath, Program), Find(Program, path: other).Text);
    }

    [Fact]
    public void Find_startedByDotnet_namesTheAssembly() =>
        Assert.Equal($"dotnet {Path.Combine("bin", "distconv.dll")}", Find(Path.Combine("/", "usr", "bin", "dotnet")).Text);

    [Fact]
    public void Find_variable_wins()
    {
        const string Wrapper = "docker compose run distconv";
        Assert.Equal(Wrapper, ProgramName.Find(name => name == ProgramName.Variable ? Wrapper : null, Program, "", "/").Text);
    }

    [Theory]
    [InlineData("next: distconv evaluate j", "next: RUN evaluate j")]
    [InlineData("start it by 'distconv serve --cluster X'; distconv jobs list", "start it by 'RUN serve --cluster X'; RUN jobs list")]
    [InlineData("distconv --help", "RUN --help")]
    [InlineData("distconv: warning: ~/.cache/distconv is full", "distconv: warning: ~/.cache/distconv is full")]
    [InlineData("/app/distconv evaluate", "/app/distconv evaluate")]
    [InlineData("my-distconv runs", "my-distconv runs")]
    public void Spell_commandsOnly_areChanged(string text, string expected) =>
        Assert.Equal(expected, ProgramName.Find(name => name == ProgramName.Variable ? "RUN" : null, null, "", "/").Spell(text));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hint_ofTheRealProgram_isACommandThatWorks(bool isAssembly)
    {
        Dictionary<string, string> environment = new() { ["DISTCONV_PROGRAM"] = "", ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" };
        string[] program = isAssembly ? DistConvProcess.Assembly : DistConvProcess.Executable;
        using DistConvProcess first = DistConvProcess.Start(_folder.FullPath, environment, ["models", "check", Model()], program: program);
        const string Before = "train it with: ";
        string hint = (await first.WaitAsync()).OutputLines.Single(line => line.StartsWith(Before, StringComparison.Ordinal))[Before.Length..];

        string[] words = hint[..hint.IndexOf(" train", StringComparison.Ordinal)].Split(' ');
        using DistConvProcess second = DistConvProcess.Start(_folder.FullPath, environment, ["help", "train"], program: [Resolve(words[0]), .. words[1..]]);
        ProcessResult result = await second.WaitAsync();
        Assert.True(result.ExitCode == 0 && result.Output.Contains("Usage: distconv train", StringComparison.Ordinal), $"{hint}\n{result}");

        // A process is started from its own folder, a shell's command from the current one.
        string Resolve(string word) => word.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Path.GetFullPath(word, _folder.FullPath) : word;
    }

    private string Model()
    {
        File.WriteAllText(Path.Combine(_folder.FullPath, "m.json"), TinyData.Model);
        return "m.json";
    }

    private void Touch()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Program)!);
        File.WriteAllText(Program, "");
    }

    private ProgramName Find(string process, string? path = null, string? directory = null) => ProgramName.Find(
        name => name == "PATH" ? path : null, process, Path.Combine(_folder.FullPath, "bin", "distconv.dll"), directory ?? _folder.FullPath);
}
