using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core.Kernels;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Models;
using DistConv.Training.Benchmarks;

namespace DistConv.Cli.Commands.Bench;

/// <summary><c>distconv bench kernels</c>: each product against the arithmetic limit of the processor.</summary>
internal static class BenchKernelsCommand
{
    private const float DefaultSeconds = 0.1f;

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "kernels",
            "Time convolutions and dense layers on one thread, and compare them with the processor's arithmetic limit.",
            "distconv bench kernels --json",
            "distconv bench kernels --model lenet5");
        Option<string?> model = CommonOptions.Text("--model", "NAME|FILE", "Only the layers of this model [default: a list of common shapes].");
        Option<float?> seconds = NumberOption.Real<float>(
            "--seconds", "X", $"How long to measure each product [default: {DefaultSeconds}].", "a number from 0.001 to 60", value =>
                value is >= 0.001f and <= 60);
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[model, seconds, json]) command.Add(option);
        command.SetAction(async (parsed, _) =>
        {
            KernelSet kernels = KernelSets.Select();
            KernelBenchmark benchmark = new(kernels, parsed.GetValue(seconds) ?? DefaultSeconds);
            IEnumerable<KernelSpeed> speeds = parsed.GetValue(model) is { } name ? LayersOf(benchmark, ModelSpec.Load(name).Infer()) : Standard(benchmark);
            await Task.Run(() => Print(speeds, kernels.Name, parsed.GetValue(json), context), CancellationToken.None).WaitAsync(context.Stop);
            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<KernelSpeed> Standard(KernelBenchmark benchmark) =>
        KernelBenchmark.StandardConvolutions.SelectMany(benchmark.Measure).Concat(KernelBenchmark.StandardDense.SelectMany(benchmark.Measure));

    private static IEnumerable<KernelSpeed> LayersOf(KernelBenchmark benchmark, ModelPlan plan) => plan.Layers.SelectMany(layer => layer.Layer switch
    {
        IConvolution conv => benchmark.Measure(conv.AsConvolution(layer.Input).Shape(layer.Input)),
        DenseSpec dense when !layer.Input.IsFlat => benchmark.Measure(dense.Convolution(layer.Input)),
        DenseSpec dense => benchmark.Measure(dense.Shape(layer.Input)),
        _ when layer.KernelParameters == 0 => [],
        _ => throw new InvalidOperationException($"no benchmark for layers of the type {layer.Layer.Type}"),
    });

    private static void Print(IEnumerable<KernelSpeed> speeds, string kernel, bool json, CliContext context)
    {
        if (!json)
        {
            context.Output.Result($"kernel {kernel}, 1 thread; 'bound' is what the lanes in use allow, or where it is lower (*) the copying of the operands");
            context.Output.Result($"{"shape",-46} {"product",-16} {"GFLOP/s",8} {"of peak",8} {"bound",8} {"of bound",9}");
        }

        foreach (KernelSpeed speed in speeds)
        {
            context.Stop.ThrowIfCancellationRequested();
            if (json) JsonLine.Write(context.Output, ToJson(speed, kernel));
            else context.Output.Result(
                $"{speed.Shape,-46} {speed.Product,-16} {speed.Gflops,8:F1} {Format.Percent(speed.PeakFraction),8} "
                + $"{Format.Percent(speed.Bound),7}{(speed.IsMemoryBound ? '*' : ' ')} {Format.Percent(speed.BoundFraction),9}");
        }
    }

    private static JsonObject ToJson(KernelSpeed speed, string kernel) => new()
    {
        ["kernel"] = kernel,
        ["shape"] = speed.Shape,
        ["product"] = speed.Product,
        ["gflops"] = JsonLine.Number(speed.Gflops),
        ["peakFraction"] = JsonLine.Number(speed.PeakFraction),
        ["laneBound"] = JsonLine.Number(speed.LaneBound),
        ["memoryBound"] = JsonLine.Number(speed.MemoryBound),
        ["boundFraction"] = JsonLine.Number(speed.BoundFraction),
    };
}
