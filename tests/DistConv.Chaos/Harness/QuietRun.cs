using System.Text.Json;
using DistConv.Training.Jobs;
using DistConv.Training.Records;

namespace DistConv.Chaos.Harness;

/// <summary>The control run: the same job in one process, without grains and without disturbance.</summary>
/// <param name="Digest">SHA-256 of its weights.</param>
/// <param name="LayerHashes">For each step, the hashes of the weights on which it was computed.</param>
internal sealed record QuietRun(string Digest, IReadOnlyList<IReadOnlyList<ulong>> LayerHashes)
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs it.</summary>
    /// <param name="folder">The working folder; the run has a store of its own there.</param>
    /// <param name="recipe">What is trained.</param>
    /// <param name="steps">Steps of the job.</param>
    /// <param name="stopAt">The step after which to end.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<QuietRun> RunAsync(string folder, JobRecipe recipe, long steps, long stopAt, CancellationToken token)
    {
        string store = Path.Combine(folder, $"quiet-{Guid.NewGuid():N}");
        ToolResult result = await DistConvCommand.RunAsync(
            folder, _limit, token,
            ["train", .. recipe.Options, "--steps", $"{steps}", "--stop-at", $"{stopAt}", "--local", "--threads", "1", "--store", store, "--job", "quiet",
                "--quiet", "--json"]);
        JsonElement json = DistConvCommand.Json(result);
        IReadOnlyList<StepEntry> log = new JobStore(store).Open("quiet").ReadRecordTable().Steps;
        Directory.Delete(store, recursive: true);
        return new QuietRun(json.GetProperty("weightsDigest").GetString()!, [.. log.Select(entry => entry.LayerHashes)]);
    }
}
