using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Core.Kernels;
using DistConv.Training.Benchmarks;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Bench;

/// <summary><c>distconv bench step</c>: a training step against the arithmetic limit of the processor.</summary>
internal static class BenchStepCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "step",
            "Time training steps or forward passes, and compare them with the processor's arithmetic limit.",
            "distconv bench step --model keras1-mnist-cnn --batch 128 --threads 2 --json",
            "distconv bench step --optimizer sgd --momentum 0.9",
            "distconv bench step --forward-only --json");
        BenchStepOptions options = new();
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            KernelSet kernel = KernelSets.Select();
            (JobSpec job, DataSource data) = options.Job(parsed);
            int threads = options.Threads(parsed);
            double seconds = options.Seconds(parsed);
            bool forwardOnly = options.ForwardOnly(parsed);
            StepBenchmarkResult result = await Task.Run(() => StepBenchmark.Run(job, data, threads, kernel, seconds, forwardOnly)).WaitAsync(context.Stop);
            if (options.Json(parsed)) JsonLine.Write(context.Output, ToJson(result, forwardOnly ? null : job.Optimizer.Name));
            else Print(result, forwardOnly, context.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(StepBenchmarkResult result, bool forwardOnly, IConsoleOutput output)
    {
        string shards = forwardOnly ? "forward pass of inference" : Format.Plural(result.Shards, "shard");
        output.Result($"{result.Model}, batch {result.Batch}, {shards}, {Format.Plural(result.Threads, "thread")}, kernel {result.Kernel}");
        StepPhases phases = result.PhaseMilliseconds;
        string parts = forwardOnly ? "pass" : $"step (compute {phases.Compute:F2}, reduce {phases.Reduce:F2}, update {phases.Update:F2})";
        output.Result($"{result.SamplesPerSecond:N0} samples/s, {result.StepMilliseconds:F2} ms a {parts}");
        output.Result($"{result.AchievedGflops:F1} of {result.PeakGflops:F1} GFLOP/s: {Format.Percent(result.PeakFraction)} of the processor's limit");
    }

    private static JsonObject ToJson(StepBenchmarkResult result, string? optimizer) => new()
    {
        ["model"] = result.Model,
        ["globalBatch"] = result.Batch,
        ["shards"] = result.Shards,
        ["threads"] = result.Threads,
        ["forwardOnly"] = optimizer is null,
        ["optimizer"] = optimizer,
        ["kernel"] = result.Kernel,
        ["samplesPerSecond"] = JsonLine.Number(result.SamplesPerSecond),
        ["stepMilliseconds"] = JsonLine.Number(result.StepMilliseconds),
        ["phaseMilliseconds"] = new JsonObject
        {
            ["compute"] = JsonLine.Number(result.PhaseMilliseconds.Compute),
            ["reduce"] = JsonLine.Number(result.PhaseMilliseconds.Reduce),
            ["update"] = JsonLine.Number(result.PhaseMilliseconds.Update),
        },
        ["peakGflops"] = JsonLine.Number(result.PeakGflops),
        ["achievedGflops"] = JsonLine.Number(result.AchievedGflops),
        ["peakFraction"] = JsonLine.Number(result.PeakFraction),
    };
}
