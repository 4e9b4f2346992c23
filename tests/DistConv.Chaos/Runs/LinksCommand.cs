using System.CommandLine;
using System.Globalization;
using DistConv.Chaos.Harness;
using DistConv.Core;

namespace DistConv.Chaos.Runs;

/// <summary>What <c>links</c> is told.</summary>
/// <param name="Links">The links in turn.</param>
/// <param name="Steps">Steps that are measured with each.</param>
/// <param name="SlowTimes">How many times slower one silo's link becomes at the end.</param>
/// <param name="SlowSeconds">For how long.</param>
internal sealed record LinksOptions(IReadOnlyList<Link> Links, int Steps, double SlowTimes, double SlowSeconds);

/// <summary><c>links</c>: steps over links of a set rate and delay, and with one link that is much slower than the others.</summary>
internal static class LinksCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int> silos = new("--silos") { Description = "Silos.", DefaultValueFactory = _ => 4 };
        Option<string[]> links = new("--links")
        {
            Description = "The links in turn: Mb/s in each direction, and ms one way.",
            DefaultValueFactory = _ => ["1000/0.2", "100/2"],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> steps = new("--steps") { Description = "Steps that are measured with each.", DefaultValueFactory = _ => 60 };
        Option<double> slow = new("--slow-times") { Description = "How many times slower one silo's link becomes at the end.", DefaultValueFactory = _ => 10 };
        Option<double> seconds = new("--slow-seconds") { Description = "For how long.", DefaultValueFactory = _ => 60 };
        Command command = new("links", "Step times over links of a set rate and delay, as root on Linux; then one link that is slower than the others.")
        {
            silos, links, steps, slow, seconds,
        };
        command.SetAction((parsed, token) => RunAsync(
            parsed.GetValue(silos),
            new LinksOptions([.. parsed.GetValue(links)!.Select(Parse)], parsed.GetValue(steps), parsed.GetValue(slow), parsed.GetValue(seconds)),
            token));
        return command;
    }

    private static Link Parse(string text) =>
        text.Split('/') is [var megabits, var milliseconds] && double.TryParse(megabits, CultureInfo.InvariantCulture, out double rate) && rate > 0
            && double.TryParse(milliseconds, CultureInfo.InvariantCulture, out double delay) && delay >= 0
            ? new Link(rate, delay)
            : throw new InvalidInputException($"--links is '{text}'; give Mb/s and ms, such as 1000/0.2");

    private static async Task<int> RunAsync(int silos, LinksOptions options, CancellationToken token)
    {
        if (await NamespaceFabric.TryCreateAsync(isShaped: true) is not { CanShape: true } fabric)
            throw new InvalidInputException("links needs Linux, root, ip, and tc with the kernel's token bucket (tbf)");
        using RunFolder folder = new();
        List<string> wrong = [];
        await using (RealCluster cluster = await RealCluster.StartAsync(folder.Path, silos, fabric, ownVolume: false, token))
        {
            Console.WriteLine($"{silos} silos, {cluster.Fabric.Description}\n");
            await using ClusterJob job = await cluster.SubmitAsync("links", JobRecipe.Wide, JobRecipe.Endless, LinksRun.SnapshotEvery, token);
            try
            {
                LinksRun run = new(cluster, job, options);
                wrong.AddRange(await run.RunAsync(token));
                wrong.AddRange(await cluster.PauseAndCheckAsync(job, token));
                Console.WriteLine($"\njob {job.Id}: {job.Observer.Highest + 1} steps, {(wrong.Count == 0 ? "the quiet digest, each step once" : wrong[^1])}");
            }
            catch (Exception e) when (e is TimeoutException or InvalidOperationException)
            {
                wrong.Add(e.Message);
            }
        }

        folder.IsGood = wrong.Count == 0;
        foreach (string line in wrong) Console.WriteLine($"VIOLATED: {line}");
        return wrong.Count == 0 ? 0 : 1;
    }
}
