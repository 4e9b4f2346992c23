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

        JsonElement[] pictures = [.. (await cli.JsonAsync(0, "predict", "mine@last", _folder["new"])).GetProperty("pictures").EnumerateArray()];
        int right = pictures.Count(picture =>
            Path.GetFileName(Path.GetDirectoryName(picture.GetProperty("file").GetString())) == picture.GetProperty("name").GetString());
        Assert.Equal(60, pictures.Length);
        Assert.True(right >= 45, $"{right} of 60 are right; guessing gives 45 or more less than once in 10,000 times");
    }
}
