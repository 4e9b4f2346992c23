using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Training.Benchmarks;
using DistConv.Training.Optimizers;

namespace DistConv.Cli.Commands.Bench;

/// <summary><c>distconv bench step</c>: a training step against the arithmetic limit of the processor.</summary>
internal static class BenchStepCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "step",
            "Time training steps, and compare them with the processor's arithmetic limit.",
            "distconv bench step --model keras1-mnist-cnn --batch 128 --threads 2 --json",
            "distconv bench step --optimizer sgd --momentum 0.9");
        Option<string?> model = CommonOptions.Text("--model", "NAME|FILE", "A built-in model or a .json file [default: keras1-mnist-cnn].");
        Option<int?> batch = NumberOption.Whole("--batch", "N", "Samples of a step [default: 128].", 1, 1_000_000);
        Option<int?> shards = NumberOption.Whole("--shards", "N", "Logical shards [default: 8].", 1, 65_536);
        Option<int?> threads = CommonOptions.Threads();
        Option<string?> optimizer = CommonOptions.Text("--optimizer", "NAME", $"{OptimizerChoice.Names} [default: {OptimizerChoice.Default}].");
        Option<float?> momentum = NumberOption.Real("--momentum", "X", "sgd's momentum [default: 0].", "a number from 0 to less than 1", value => value is >= 0 and < 1);
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[model, batch, threads, shards, optimizer, momentum, json]) command.Add(option);
        command.SetAction(parsed =>
        {
            OptimizerSpec chosen = OptimizerChoice.Create(parsed.GetValue(optimizer) ?? OptimizerChoice.Default, momentum: parsed.GetValue(momentum));
            ModelSpec network = ModelSpec.Load(parsed.GetValue(model) ?? "keras1-mnist-cnn");
            StepBenchmarkResult result = StepBenchmark.Run(
                network, parsed.GetValue(batch) ?? 128, parsed.GetValue(shards) ?? 8, parsed.ReadThreads(threads), chosen, KernelSets.Select());
            Print(result, network.Name, parsed.GetValue(json), context.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(StepBenchmarkResult result, string model, bool json, IConsoleOutput output)
    {
        if (json)
        {
            JsonLine.Write(output, new JsonObject
            {
                ["model"] = model,
                ["samplesPerSecond"] = JsonLine.Number(result.SamplesPerSecond),
                ["stepMilliseconds"] = JsonLine.Number(result.StepMilliseconds),
                ["peakGflops"] = JsonLine.Number(result.PeakGflops),
                ["achievedGflops"] = JsonLine.Number(result.AchievedGflops),
                ["peakFraction"] = JsonLine.Number(result.PeakFraction),
                ["kernel"] = result.Kernel,
            });
            return;
        }

        output.Result($"{model}, kernel {result.Kernel}: {result.SamplesPerSecond:N0} samples/s, {result.StepMilliseconds:F2} ms a step");
        output.Result($"{result.AchievedGflops:F1} of {result.PeakGflops:F1} GFLOP/s: {Format.Percent(result.PeakFraction)} of the processor's limit");
    }
}
