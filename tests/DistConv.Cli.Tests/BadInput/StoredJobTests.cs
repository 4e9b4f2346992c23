using System.Text.Json.Nodes;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

/// <summary>Jobs in a store that an older build accepted and that cannot run: each command says so in one line, or shows what is there.</summary>
public sealed class StoredJobTests : BadInputTest
{
    [Fact]
    public async Task JobsCommands_jobThatCannotRun_sayWhyInOneLine()
    {
        TinyData.WriteIdx(Folder["data"]);
        Folder.Write("tiny.json", TinyData.Model);
        ProcessResult trained = await DistConvProcess.RunAsync(
            Folder.FullPath, "train", "--data", "idx:data", "--model", "tiny.json", "--steps", "3", "--local", "--job", "good", "--quiet");
        Assert.True(trained.ExitCode == 0, trained.ToString());
        JsonNode spec = JsonNode.Parse(File.ReadAllText(Folder[Path.Combine("distconv-jobs", "good", "spec.json")]))!;
        spec["totalSteps"] = 0;
        Directory.CreateDirectory(Folder[Path.Combine("distconv-jobs", "bad")]);
        File.WriteAllText(Folder[Path.Combine("distconv-jobs", "bad", "spec.json")], spec.ToJsonString());

        const string reason = "job 'bad' cannot run: totalSteps is 0; give 1 to 999999999";
        await RefusesAsync([reason], ["jobs", "resume", "bad"]);
        await RefusesAsync([reason], ["jobs", "watch", "bad"]);
        ProcessResult shown = await DistConvProcess.RunAsync(Folder.FullPath, "jobs", "show", "bad");
        Assert.True(shown.ExitCode == 0 && shown.Output.Contains("step 0 of 0", StringComparison.Ordinal) && shown.Errors.Length == 0, shown.ToString());
    }
}
