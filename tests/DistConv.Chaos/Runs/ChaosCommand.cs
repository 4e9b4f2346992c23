using System.CommandLine;
using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Runs;

/// <summary>What <c>chaos</c> is told.</summary>
/// <param name="Minutes">How long faults are injected.</param>
/// <param name="Seed">Of the schedule.</param>
/// <param name="Recipes">The jobs, in turn.</param>
/// <param name="TinySteps">Steps of a job on the tiny model.</param>
/// <param name="SnapshotEvery">Steps between two snapshots.</param>
internal sealed record ChaosOptions(double Minutes, int Seed, IReadOnlyList<JobRecipe> Recipes, long TinySteps, long SnapshotEvery)
{
    private const int DigitsShare = 20, SlicedShare = 5;

    /// <summary>Steps of a job: those of larger networks take longer, so there are fewer.</summary>
    public long Steps(JobRecipe recipe) =>
        long.Max(1, recipe == JobRecipe.Digits ? TinySteps / DigitsShare : recipe == JobRecipe.Sliced ? TinySteps / SlicedShare : TinySteps);
}

/// <summary><c>chaos</c>: random faults for some minutes.</summary>
internal static class ChaosCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long faults are injected.", DefaultValueFactory = _ => 10 };
        Option<int> seed =
            new("--seed") { Description = "Of the schedule; default: another one each time.", DefaultValueFactory = _ => Random.Shared.Next(1, 1_000_000) };
        Option<int> silos = new("--silos") { Description = "Silos at the beginning, 3 to 5.", DefaultValueFactory = _ => 4 };
        Option<long> steps = new("--steps") { Description = "Steps of a job.", DefaultValueFactory = _ => 10_000 };
        Option<long> every = new("--snapshot-every") { Description = "Steps between two snapshots.", DefaultValueFactory = _ => 10 };
        Option<bool> digits = new("--digits") { Description = "Every fourth job is keras1-mnist-cnn on digits." };
        Option<string> network = new("--network") { Description = Fabrics.Choices, DefaultValueFactory = _ => "auto" };
        Command command = new("chaos", "Random faults for some minutes: every job ends with the weights of its quiet run.") { minutes, seed, silos, steps,
            every, digits, network };
        command.SetAction((parsed, token) =>
        {
            JobRecipe[] recipes = [JobRecipe.Tiny, JobRecipe.Sliced, JobRecipe.TinySgd, .. parsed.GetValue(digits) ? (JobRecipe[])[JobRecipe.Digits] : []];
            ChaosOptions options = new(parsed.GetValue(minutes), parsed.GetValue(seed), recipes, parsed.GetValue(steps), parsed.GetValue(every));
            return RunAsync(options, parsed.GetValue(silos), parsed.GetValue(network)!, token);
        });
        return command;
    }

    private static async Task<int> RunAsync(ChaosOptions options, int silos, string network, CancellationToken token)
    {
        using RunFolder folder = new();
        await using RealCluster cluster = await RealCluster.StartAsync(folder.Path, silos, await Fabrics.CreateAsync(network), ownVolume: true, token);
        Console.WriteLine(
            $"seed {options.Seed}, {silos} silos, {cluster.Fabric.Description}, store "
                + $"{(cluster.Volume.CanFill ? "on a small disk of its own" : "in a folder")}");
        Dictionary<JobRecipe, QuietRun> quiet = [];
        foreach (JobRecipe recipe in options.Recipes)
        {
            long steps = options.Steps(recipe);
            quiet[recipe] = await QuietRun.RunAsync(folder.Path, recipe, steps, steps, token);
            Console.WriteLine($"quiet run of {recipe.Name}, {steps} steps: {quiet[recipe].Digest}");
        }

        folder.IsGood = await new ChaosRun(cluster, options, quiet).RunAsync(token);
        return folder.IsGood ? 0 : 1;
    }
}
