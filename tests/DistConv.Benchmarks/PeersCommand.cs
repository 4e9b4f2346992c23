using System.CommandLine;
using System.Globalization;
using DistConv.Training.Benchmarks;

namespace DistConv.Benchmarks;

/// <summary>
/// <c>peers</c>: the same models in DistConv and in libtorch, by turns, each measurement in a process of its own. What counts is the ratio of two neighbouring
/// measurements: a machine that is shared is slow for both.
/// </summary>
internal static class PeersCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> model = new("--model") { Description = "Only the cases of this model." };
        Option<int> rounds = new("--rounds") { Description = "Pairs of measurements.", DefaultValueFactory = _ => 5 };
        Option<double> seconds = new("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 5 };
        Option<string> peer = new("--peer")
        {
            Description = "The command that runs the built DistConv.Benchmarks.TorchSharp; it needs a C++ runtime with GLIBCXX_3.4.32.",
            DefaultValueFactory = _ => "dotnet tests/DistConv.Benchmarks.TorchSharp/bin/Release/net10.0/linux-x64/DistConv.Benchmarks.TorchSharp.dll",
        };
        Command command = new(
            "peers", "Compare whole training steps (sgd with momentum 0.9, dropout active) and a forward pass with libtorch.") { model, rounds, seconds, peer };
        command.SetAction((parsed, _) => RunAsync(
            [.. PeerCase.All.Where(@case => parsed.GetValue(model) is not { } name || @case.Model == name)],
            parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(peer)!));
        return command;
    }

    private static async Task<int> RunAsync(PeerCase[] cases, int rounds, double seconds, string peerCommand)
    {
        Contender ours = Contender.DistConv(["bench", "step", "--json"]);
        Contender peer = new(peerCommand.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string length = seconds.ToString(CultureInfo.InvariantCulture);
        Console.WriteLine("| model | batch | threads | DistConv, samples/s | libtorch, samples/s | ratio (lowest – highest) |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (PeerCase @case in cases)
        {
            List<(double Ours, double Peer)> pairs = [];
            for (int round = 0; round < rounds; round++)
            {
                double own = await ours.MeasureAsync(@case.OwnArguments(length));
                double other = await peer.MeasureAsync(@case.PeerArguments(length));
                pairs.Add((own, other));
            }

            double[] ratios = [.. pairs.Select(pair => pair.Ours / pair.Peer).Order()];
            Console.WriteLine(
                $"| {@case.Title} | {@case.Batch} | {@case.Threads} | {Median.Of(pairs.Select(pair => pair.Ours)):N0} | "
                    + $"{Median.Of(pairs.Select(pair => pair.Peer)):N0} "
                + $"| {Median.Of(ratios):F2} ({ratios[0]:F2} – {ratios[^1]:F2}) |");
        }

        return 0;
    }
}
