using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistConv.Core.Models;

namespace DistConv.Benchmarks;

/// <summary><c>step</c>: whole training steps of the built-in models, beside the arithmetic limit, each in a process of its own.</summary>
internal static class StepCommand
{
    private static readonly int[] _batches = [32, 128, 512];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> model = new("--model") { Description = "Only this model." };
        Option<double> seconds = new("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 3 };
        Command command =
            new("step", "Time training steps of the built-in models, with batches of 32, 128 and 512, on one thread and on all.") { model, seconds };
        command.SetAction((parsed, _) => RunAsync(
            [.. BuiltInModels.All.Select(built => built.Name).Where(name => parsed.GetValue(model) is not { } only || name == only)],
                parsed.GetValue(seconds)));
        return command;
    }

    private static async Task<int> RunAsync(string[] models, double seconds)
    {
        Contender distConv = Contender.DistConv(["bench", "step", "--json", "--seconds", seconds.ToString(CultureInfo.InvariantCulture)]);
        int[] threadCounts = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
        Console.WriteLine("| model | batch | threads | samples/s | GFLOP/s | of peak |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string model in models)
        {
            foreach (int batch in _batches)
            {
                foreach (int threads in threadCounts)
                {
                    JsonElement step = (await distConv.RunAsync("--model", model, "--batch", $"{batch}", "--threads", $"{threads}"))[^1];
                    Console.WriteLine(
                        $"| {model} | {batch} | {threads} | {Number(step, "samplesPerSecond"):N0} | {Number(step, "achievedGflops"):F1} "
                        + $"| {100 * Number(step, "peakFraction"):F0} % |");
                }
            }
        }

        return 0;
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
