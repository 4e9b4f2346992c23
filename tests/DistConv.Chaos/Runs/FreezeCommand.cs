using System.CommandLine;
using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Runs;

/// <summary><c>freeze</c>: SIGSTOP and partition of a silo for a minute.</summary>
internal static class FreezeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<double> seconds = new("--seconds") { Description = "How long the silo does not answer.", DefaultValueFactory = _ => 60 };
        Option<double> bound = new("--bound") { Description = "Seconds to the next completed step that are allowed.", DefaultValueFactory = _ => 10 };
        Option<int> silos = new("--silos") { Description = "Silos.", DefaultValueFactory = _ => 3 };
        Option<string> network = new("--network") { Description = Fabrics.Choices, DefaultValueFactory = _ => "auto" };
        Command command = new("freeze", "SIGSTOP and partition of a worker's and of the coordinator's silo.") { seconds, bound, silos, network };
        command.SetAction((parsed, token) =>
            RunAsync(parsed.GetValue(seconds), parsed.GetValue(bound), parsed.GetValue(silos), parsed.GetValue(network)!, token));
        return command;
    }

    private static async Task<int> RunAsync(double seconds, double bound, int silos, string network, CancellationToken token)
    {
        using RunFolder folder = new();
        List<string> wrong = [];
        await using (RealCluster cluster = await RealCluster.StartAsync(folder.Path, silos, await Fabrics.CreateAsync(network), ownVolume: false, token))
        {
            Console.WriteLine($"{silos} silos, {cluster.Fabric.Description}\n\n| what | next completed step | afterwards |\n|---|---|---|");
            FreezeRun run = new(cluster, seconds, bound);
            try
            {
                foreach (bool cut in cluster.Fabric.CanCut ? (bool[])[false, true] : [false])
                {
                    await using ClusterJob job = await cluster.SubmitAsync($"freeze-{(cut ? "cut" : "stop")}", JobRecipe.Tiny, JobRecipe.Endless, 10, token);
                    foreach (bool coordinator in (bool[])[false, true]) wrong.AddRange(await run.StopAsync(job, coordinator, cut, token));
                    wrong.AddRange(await cluster.PauseAndCheckAsync(job, token));
                    Console.WriteLine(
                        $"\njob {job.Id}: {job.Observer.Highest + 1} steps, {(wrong.Count == 0 ? "the quiet digest, each step once" : wrong[^1])}\n");
                }
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
