using System.CommandLine;
using System.Text.Json;
using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Runs;

/// <summary>What <c>kills</c> is told.</summary>
/// <param name="Seed">Of the schedule.</param>
/// <param name="SnapshotEvery">Steps between two snapshots.</param>
internal sealed record KillsOptions(int Seed, long SnapshotEvery);

/// <summary><c>kills</c>: how long a cluster takes to go on after kill -9.</summary>
internal static class KillsCommand
{
    private static readonly Dictionary<Victim, string> _names = new()
    {
        [Victim.Worker] = "a silo that computes",
        [Victim.Coordinator] = "the silo that coordinates",
        [Victim.All] = "all silos at once",
        [Victim.Owner] = "a silo in the middle of an exchange",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int> workers = new("--worker") { Description = "Kills of a worker's silo.", DefaultValueFactory = _ => 100 };
        Option<int> coordinators = new("--coordinator") { Description = "Kills of the coordinator's silo.", DefaultValueFactory = _ => 50 };
        Option<int> all = new("--all") { Description = "Kills of all silos at once.", DefaultValueFactory = _ => 20 };
        Option<int> owners = new("--owner") { Description = "Kills of a silo in the middle of an exchange (Linux).", DefaultValueFactory = _ => 0 };
        Option<int> seed = new("--seed") { Description = "Of the schedule.", DefaultValueFactory = _ => 1 };
        Option<long> every = new("--snapshot-every") { Description = "Steps between two snapshots.", DefaultValueFactory = _ => 10 };
        Option<string> results =
            new("--results") { Description = "File of results, a line each; kills that it has are not done again.", DefaultValueFactory = _ => "kills.jsonl" };
        Command command = new("kills", "Time from kill -9 to the next completed step, on 3 to 5 silos.") { workers, coordinators, all, owners, seed,
            every, results };
        command.SetAction((parsed, token) =>
        {
            KillsOptions options = new(parsed.GetValue(seed), parsed.GetValue(every));
            IReadOnlyList<PlannedKill> kills = PlannedKill.Draw(
                parsed.GetValue(workers), parsed.GetValue(coordinators), parsed.GetValue(all), parsed.GetValue(owners), options.Seed);
            return RunAsync(options, kills, Path.GetFullPath(parsed.GetValue(results)!), token);
        });
        return command;
    }

    /// <summary>The results as a table, and a JSON object with the same.</summary>
    internal static void Print(IReadOnlyList<KillResult> results)
    {
        Console.WriteLine(
            "\n| kill -9 of | kills | next step: median | p90 | longest | computed again, at most | all silos compute again: median "
                + "|\n|---|---|---|---|---|---|---|");
        Dictionary<string, object> json = [];
        foreach (IGrouping<Victim, KillResult> each in results.GroupBy(result => result.Victim).OrderBy(each => each.Key))
        {
            Distribution seconds = Distribution.Of([.. each.Select(result => result.Seconds)]);
            Distribution rejoin = Distribution.Of([.. each.Select(result => result.RejoinSeconds)]);
            long recomputed = each.Max(result => result.RecomputedSteps);
            string steps = recomputed == 1 ? "1 step" : $"{recomputed} steps";
            Console.WriteLine(
                $"| {_names[each.Key]} | {seconds.Count} | {seconds.Median:F2} s | {seconds.P90:F2} s | {seconds.Max:F2} s | {steps} | {rejoin.Median:F1} s |");
            json[each.Key.ToString()] = new { seconds, recomputedSteps = recomputed, rejoin };
        }

        Console.WriteLine();
        Console.WriteLine(JsonSerializer.Serialize(json, JsonSerializerOptions.Web));
    }

    private static async Task<int> RunAsync(KillsOptions options, IReadOnlyList<PlannedKill> kills, string path, CancellationToken token)
    {
        List<KillResult> results = [.. Read(path).Where(result => result.Seed == options.Seed)];
        if (results.Count > 0) Console.WriteLine($"{results.Count} of {kills.Count} kills are in '{path}'");
        using RunFolder folder = new();
        IReadOnlyList<string> wrong = [];
        await using (RealCluster cluster = await RealCluster.StartAsync(folder.Path, 3, new Fabric(), ownVolume: false, token))
        {
            KillsRun run = new(cluster, options, result =>
            {
                results.Add(result);
                File.AppendAllText(path, JsonSerializer.Serialize(result, JsonSerializerOptions.Web) + "\n");
                Console.WriteLine(
                    $"{result.Number,4}  {result.Victim,-11}  {result.Silos} silos  {result.Seconds,6:F2} s  {result.RecomputedSteps} again  "
                        + $"{result.RejoinSeconds,5:F1} s");
            });
            try
            {
                wrong = await run.RunAsync([.. kills.Skip(results.Count)], results.Count, token);
            }
            catch (Exception e) when (e is TimeoutException or InvalidOperationException)
            {
                wrong = [e.Message];
            }
        }

        folder.IsGood = wrong.Count == 0;
        foreach (string line in wrong) Console.WriteLine($"VIOLATED: {line}");
        Print(results);
        return wrong.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<KillResult> Read(string path) =>
        File.Exists(path) ? File.ReadLines(path).Select(line => JsonSerializer.Deserialize<KillResult>(line, JsonSerializerOptions.Web)!) : [];
}
