using System.Globalization;
using DistConv.Chaos.Harness;
using DistConv.Tests.Shared;
using DistConv.Training.Jobs;

namespace DistConv.Chaos.Runs;

/// <summary>One job on some silos, none of which has the client in its process. Two shards a silo: one subtree each.</summary>
internal sealed class ExchangeRun(RealCluster cluster, int silos, int steps)
{
    private const double Model = 600_810 * sizeof(float), BlockRounding = 64 << 10, MemoryTolerance = 1.1;

    private static readonly TimeSpan _start = TimeSpan.FromMinutes(3), _length = TimeSpan.FromMinutes(10);
    private static readonly HttpClient _http = new();

    /// <summary>The most receive calls of a silo and step; other numbers of silos have no bound.</summary>
    private static readonly Dictionary<int, double> _mostReceives = new() { [2] = 60, [8] = 200 };

    private JobRecipe Recipe => new(
        "exchange",
        ["--data", "digits", "--model", "keras1-mnist-cnn", "--samples", "2000", "--batch", "64", "--shards", $"{2 * silos}", "--seed", "7"]);

    /// <summary>Trains, prints a row for each silo, and compares with the bounds.</summary>
    /// <param name="token">Ends the run.</param>
    /// <returns>A line for everything that is violated.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken token)
    {
        List<(SupervisedSilo Silo, int Port)> places = [];
        for (int i = 0; i < silos; i++)
        {
            int port = FreePort.Next();
            SupervisedSilo silo = await cluster.AddAsync(health: ["--health", $"127.0.0.1:{port}", "--telemetry", "prometheus"]);
            await silo.ReadyAsync(_start, token);
            places.Add((silo, port));
        }

        // The first job warms up: its silos read their data, and everybody takes part from the first step of the second on.
        await TrainAsync("warm-up", 20, token);
        Counts[] before = await Task.WhenAll(places.Select(place => ReadAsync(place.Silo, place.Port, token)));
        int coordinator = await TrainAsync("measured", steps, token);
        Counts[] after = await Task.WhenAll(places.Select(place => ReadAsync(place.Silo, place.Port, token)));
        Counts[] counts = [.. after.Zip(before, (now, then) => now.Since(then, steps))];
        Counts leader = counts.Single(silo => silo.Process == coordinator);
        Counts[] others = [.. counts.Where(silo => silo != leader)];
        foreach (Counts silo in (IEnumerable<Counts>)[leader, .. others])
        {
            Console.WriteLine(
                $"| {silos} | {(silo == leader ? "coordinator" : silo.Name)} | {silo.Sent:N0} | {silo.Received:N0} | {silo.Receives:F1} "
                + $"| {silo.ProcessorMs:F2} | {silo.PeakMegabytes:F0} |");
        }

        return [.. Check(leader, others)];
    }

    private IEnumerable<string> Check(Counts leader, Counts[] others)
    {
        double bound = (2 * (silos - 1) / (double)silos * Model) + BlockRounding;
        foreach (Counts silo in (IEnumerable<Counts>)[leader, .. others])
        {
            if (silo.Sent > bound || silo.Sent <= 0) yield return $"{silo.Name} sends {silo.Sent:N0} bytes a step; {bound:N0} are allowed";
            if (silo.Received > bound || silo.Received <= 0) yield return $"{silo.Name} receives {silo.Received:N0} bytes a step; {bound:N0} are allowed";
            if (_mostReceives.TryGetValue(silos, out double most) && silo.Receives > most)
                yield return $"{silo.Name} makes {silo.Receives:F1} receive calls a step; {most:F0} are allowed";
        }

        if (leader.Sent > others.Max(silo => silo.Sent) + BlockRounding) yield return "the coordinator's silo sends more than the others";
        if (leader.Received > others.Max(silo => silo.Received) + BlockRounding) yield return "the coordinator's silo receives more than the others";
        double worker = others.Average(silo => silo.PeakMegabytes);
        if (silos == 8 && leader.PeakMegabytes > worker * MemoryTolerance)
            yield return $"the coordinator's process needs {leader.PeakMegabytes:F0} MB, a worker's {worker:F0} MB; a tenth more is allowed";
    }

    private async Task<int> TrainAsync(string id, int length, CancellationToken token)
    {
        await using ClusterJob job = await cluster.SubmitAsync($"{id}-{silos}", Recipe, length, snapshotEvery: length, token);
        JobStatusRecord status = await job.UntilAsync(record => record.State is JobState.Done or JobState.Failed, _length, token);
        if (status.State == JobState.Failed) throw new InvalidOperationException($"job {job.Id} failed: {status.Message}");
        if (id == "measured" && status.Silos.Count != silos) throw new InvalidOperationException($"{status.Silos.Count} silos took part in job {job.Id}");
        return job.CoordinatorProcess();
    }

    private static async Task<Counts> ReadAsync(SupervisedSilo silo, int port, CancellationToken token)
    {
        string[] lines = (await _http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), token)).Split('\n');
        string[] status = await File.ReadAllLinesAsync($"/proc/{silo.ProcessId}/status", token);
        string peak = status.Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        double kilobytes = double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        return new Counts(
            silo.Name, silo.ProcessId, Value("exchange_bytes_total", "direction=\"sent\""), Value("exchange_bytes_total", "direction=\"received\""),
            Value("exchange_receives_total", ""), Value("exchange_cpu_time_seconds_total", "") * 1000, kilobytes / 1000);

        double Value(string name, string label)
        {
            string line = lines.Single(line => line.StartsWith($"distconv_{name}", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal));
            return double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
        }
    }

    private sealed record Counts(string Name, int Process, double Sent, double Received, double Receives, double ProcessorMs, double PeakMegabytes)
    {
        /// <summary>What was counted since an earlier reading, for each step.</summary>
        public Counts Since(Counts earlier, int steps) => this with
        {
            Sent = (Sent - earlier.Sent) / steps,
            Received = (Received - earlier.Received) / steps,
            Receives = (Receives - earlier.Receives) / steps,
            ProcessorMs = (ProcessorMs - earlier.ProcessorMs) / steps,
        };
    }
}
