using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Runs;

/// <summary><c>large</c>: a model of many parameters on two silos, a third that joins late, and one that is killed.</summary>
internal static class LargeCommand
{
    /// <summary>Steps between two snapshots: with each, the job's folder says who takes part.</summary>
    private const long SnapshotEvery = 10;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int[]> units = new("--units")
        {
            Description = "Units of the dense layers before the last; the default makes 60 million parameters.",
            DefaultValueFactory = _ => [7000, 7000, 1540],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> steps = new("--steps") { Description = "Steps between two events.", DefaultValueFactory = _ => 3 };
        Command command = new("large", "A model of 60 million parameters on silos that join late and are killed.") { units, steps };
        command.SetAction((parsed, token) => RunAsync(parsed.GetValue(units)!, parsed.GetValue(steps), token));
        return command;
    }

    private static async Task<int> RunAsync(int[] units, int steps, CancellationToken token)
    {
        using RunFolder folder = new();
        IReadOnlyList<string> wrong;
        await using (RealCluster cluster = await RealCluster.StartAsync(folder.Path, 2, new Fabric(), ownVolume: false, token))
        {
            JobRecipe recipe = JobRecipe.WriteLarge(folder.Path, units);
            await using ClusterJob job = await cluster.SubmitAsync("large", recipe, JobRecipe.Endless, SnapshotEvery, token);
            try
            {
                long started = Stopwatch.GetTimestamp();
                await TrainAsync(cluster, job, steps, token);
                Say(started, $"{2} silos have computed {steps} steps");
                SupervisedSilo late = await cluster.AddAsync();
                await TrainAsync(cluster, job, steps, token);
                Say(started, $"{late.Name} has joined; {job.Observer.Highest + 1} steps");
                SupervisedSilo killed = cluster.WorkersOf(job)[0];
                int starts = killed.Starts;
                killed.Kill();
                while (killed.Starts == starts || killed.ProcessId == 0) await Task.Delay(20, token);
                await TrainAsync(cluster, job, steps, token);
                Say(started, $"{killed.Name} was killed and takes part again; {job.Observer.Highest + 1} steps");
                foreach (SupervisedSilo silo in cluster.Silos) Console.WriteLine($"    {silo.Name}: at most {PeakMegabytes(silo):F0} MB of memory");
                wrong = await cluster.PauseAndCheckAsync(job, token);
                Say(started, wrong.Count == 0 ? "the quiet digest, each step once" : wrong[0]);
            }
            catch (Exception e) when (e is TimeoutException or InvalidOperationException)
            {
                wrong = [e.Message];
            }
        }

        folder.IsGood = wrong.Count == 0;
        foreach (string line in wrong) Console.WriteLine($"VIOLATED: {line}");
        return wrong.Count == 0 ? 0 : 1;
    }

    private static async Task TrainAsync(RealCluster cluster, ClusterJob job, int steps, CancellationToken token)
    {
        await cluster.UntilAllTakePartAsync(job, _limit, token);
        await job.Observer.ReachAsync(job.Observer.Highest + steps, _limit, token);
    }

    /// <summary>The most physical memory that a silo's process has had; 0 where the system does not tell.</summary>
    private static double PeakMegabytes(SupervisedSilo silo)
    {
        string path = $"/proc/{silo.ProcessId}/status";
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1e3;
    }

    private static void Say(long started, string line) => Console.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds,6:F1} s  {line}");
}
