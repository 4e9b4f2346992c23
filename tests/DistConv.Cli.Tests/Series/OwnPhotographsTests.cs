using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Series;

/// <summary>The path of a new user with some photographs: one command trains, one predicts.</summary>
public sealed class OwnPhotographsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_sixtyPhotographsOfDifferentSizes_predictsNewOnesBetterThanChance()
    {
        CliRun cli = new(_folder);
        TwoTextures.Write(_folder["photos"], each: 30, seed: 1);
        TwoTextures.Write(_folder["new"], each: 30, seed: 2);
        RecordingOutput trained = await cli.RunAsync(0, "train", "--data", $"images:{_folder["photos"]}", "--job", "mine", "--epochs", "30", "--local");
        Assert.Contains(trained.Said, line => line.StartsWith("  model photo-cnn on pictures of (64, 64, 3), because none is given", StringComparison.Ordinal));

        int right = await RightAsync(cli, "mine@last");
        Assert.True(right >= 45, $"{right} of 60 are right; guessing gives 45 or more less than once in 10,000 times");
    }

    /// <summary>By hand, as it takes minutes: what docs/results.md says of five seeds.</summary>
    [Fact(Explicit = true)]
    public async Task Train_sixtyPhotographsFiveSeeds_predictsNewOnesBetterThanChance()
    {
        CliRun cli = new(_folder);
        TwoTextures.Write(_folder["photos"], each: 30, seed: 1);
        TwoTextures.Write(_folder["new"], each: 100, seed: 2);
        RecordingOutput trained = await cli.RunAsync(0, "train", "--data", $"images:{_folder["photos"]}", "--job", "mine", "--seeds", "1-5");
        foreach (string line in trained.Said.Concat(trained.Resulted)) TestContext.Current.TestOutputHelper?.WriteLine(line);
        for (int seed = 1; seed <= 5; seed++)
        {
            int right = await RightAsync(cli, $"mine-seed{seed}@last");
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {right} of 200 new pictures");
            Assert.True(right >= 150, $"{right} of 200 are right");
        }
    }

    private async Task<int> RightAsync(CliRun cli, string snapshot)
    {
        JsonElement pictures = (await cli.JsonAsync(0, "predict", snapshot, _folder["new"])).GetProperty("pictures");
        return pictures.EnumerateArray().Count(picture =>
            Path.GetFileName(Path.GetDirectoryName(picture.GetProperty("file").GetString())) == picture.GetProperty("name").GetString());
    }
}
