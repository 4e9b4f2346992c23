using System.CommandLine;
using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Runs;

/// <summary><c>exchange</c>: what silos exchange, by the metrics that they serve, and how much memory they need.</summary>
internal static class ExchangeCommand
{
    private static readonly int[] _silos = [2, 4, 8];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int> steps = new("--steps") { Description = "Steps of each job.", DefaultValueFactory = _ => 200 };
        Option<int?> silos = new("--silos") { Description = "Only this number of silos." };
        Command command = new("exchange", "Bytes, receive calls and memory of each silo, on 2, 4 and 8 silos, against their bounds.") { steps, silos };
        command.SetAction((parsed, token) => RunAsync(parsed.GetValue(silos) is { } only ? [only] : _silos, parsed.GetValue(steps), token));
        return command;
    }

    private static async Task<int> RunAsync(int[] numbers, int steps, CancellationToken token)
    {
        List<string> wrong = [];
        Console.WriteLine("| silos | silo | sent (B) | received (B) | receive calls | processor (ms) | peak memory (MB) |\n|---|---|---|---|---|---|---|");
        foreach (int silos in numbers)
        {
            using RunFolder folder = new();
            IReadOnlyList<string> flaws;
            await using (RealCluster cluster = await RealCluster.StartAsync(folder.Path, 0, new Fabric(), ownVolume: false, token))
            {
                try
                {
                    flaws = await new ExchangeRun(cluster, silos, steps).RunAsync(token);
                }
                catch (Exception e) when (e is TimeoutException or InvalidOperationException)
                {
                    flaws = [e.Message];
                }
            }

            folder.IsGood = flaws.Count == 0;
            wrong.AddRange(flaws.Select(flaw => $"{silos} silos: {flaw}"));
        }

        foreach (string line in wrong) Console.WriteLine($"VIOLATED: {line}");
        return wrong.Count == 0 ? 0 : 1;
    }
}
