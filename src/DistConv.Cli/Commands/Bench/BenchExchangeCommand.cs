using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Grains.Contracts;
using DistConv.Grains.Costs;

namespace DistConv.Cli.Commands.Bench;

/// <summary><c>distconv bench exchange</c>: what the exchange of gradients costs, term by term, beside the cost model.</summary>
internal static class BenchExchangeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "exchange",
            "Train on several silo processes, count what they exchange, and compare the step with the cost model.",
            "distconv bench exchange --silos 2 --model keras1-mnist-cnn",
            "distconv bench exchange --silos 8 --threads 1 --steps 200 --json");
        BenchExchangeOptions options = new();
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            ExchangeBenchRequest request = options.Read(parsed);
            ExchangeBenchResult result = await new ExchangeBenchmark(request, context).RunAsync();
            if (options.Json(parsed)) JsonLine.Write(context.Output, ToJson(request, result));
            else Print(request, result, context.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(ExchangeBenchRequest request, ExchangeBenchResult result, IConsoleOutput output)
    {
        string path = result.Cost.IsStar ? "star" : "sliced";
        output.Result(
            $"{request.Model}, batch {request.Batch}, {Format.Plural(request.Shards, "shard")}, {request.Silos} silos of "
            + $"{Format.Plural(request.Threads, "thread")}, kernel {result.Kernel}, {path}, {Format.Bytes(result.Cost.GradientBytes)} of gradients");
        TextTable table = new("a silo and step", " sent (B)", " received (B)", " receive calls", " processor (ms)", " peak memory");
        SiloTraffic[] expected = [.. result.Cost.Traffic(request.Silos)];
        for (int i = 0; i < result.Silos.Count; i++)
        {
            ExchangeCounters silo = result.Silos[i];
            table.Add(
                i == 0 ? "coordinator" : $"process {silo.ProcessId}",
                Format.Count((double)silo.SentBytes / request.Steps),
                Format.Count((double)silo.ReceivedBytes / request.Steps),
                $"{(double)silo.Receives / request.Steps:F1}",
                silo.ProcessorMs is { } ms ? $"{ms / request.Steps:F2}" : "-",
                Format.Bytes(silo.PeakMemoryBytes));
        }

        table.Add(
            "model, at most", Format.Count(expected.Max(silo => silo.SentBytes)), Format.Count(expected.Max(silo => silo.ReceivedBytes)), "-",
            $"{result.Cost.ProcessorMs(request.Silos, result.Machine):F2}", "-");
        output.Result(table);
        StepCost predicted = result.Predicted;
        MeasuredStep step = result.Measured;
        output.Result(
            $"measured  {step.Step:F2} ms a step: compute {step.Compute:F2}, exchange after the backward pass {step.Exchange:F2}, update {step.Update:F2}");
        output.Result(
            $"predicted {predicted.Total:F2} ms a step: compute {Compute(predicted):F2} (of it {predicted.Slowdown:F2} by the exchange beside it), "
            + $"exchange after the backward pass {Exchange(predicted):F2}, update {predicted.Update:F2}");
        output.Result(
            $"one silo  {result.OneSilo.Total:F2} ms a step: compute {result.Alone.ComputeMs:F2}, update {result.Alone.UpdateMs:F2}, with the same threads");
    }

    private static double Compute(StepCost cost) => cost.Compute + cost.Slowdown;

    private static double Exchange(StepCost cost) => cost.Exposed + cost.Call;

    private static JsonObject ToJson(ExchangeBenchRequest request, ExchangeBenchResult result)
    {
        StepCost predicted = result.Predicted;
        return new JsonObject
        {
            ["model"] = request.Model,
            ["globalBatch"] = request.Batch,
            ["shards"] = request.Shards,
            ["silos"] = request.Silos,
            ["threads"] = request.Threads,
            ["coresOfASilo"] = JsonLine.Number(result.Machine.Cores),
            ["steps"] = request.Steps,
            ["kernel"] = result.Kernel,
            ["isStar"] = result.Cost.IsStar,
            ["gradientBytes"] = result.Cost.GradientBytes,
            ["perSilo"] = JsonLine.Array(result.Silos, silo => ToJson(silo, request.Steps)),
            ["expected"] = JsonLine.Array(result.Cost.Traffic(request.Silos), silo => new JsonObject
            {
                ["sentBytes"] = silo.SentBytes,
                ["receivedBytes"] = silo.ReceivedBytes,
                ["sentFrames"] = silo.SentFrames,
                ["receivedFrames"] = silo.ReceivedFrames,
            }),
            ["measuredMilliseconds"] = Milliseconds(result.Measured.Step, result.Measured.Compute, result.Measured.Exchange, result.Measured.Update),
            ["predictedMilliseconds"] = Milliseconds(predicted.Total, Compute(predicted), Exchange(predicted), predicted.Update),
            ["aloneMilliseconds"] = Milliseconds(result.OneSilo.Total, result.Alone.ComputeMs, 0, result.Alone.UpdateMs),
        };
    }

    private static JsonObject ToJson(ExchangeCounters silo, int steps) => new()
    {
        ["pid"] = silo.ProcessId,
        ["sentBytes"] = JsonLine.Number((double)silo.SentBytes / steps),
        ["receivedBytes"] = JsonLine.Number((double)silo.ReceivedBytes / steps),
        ["receives"] = JsonLine.Number((double)silo.Receives / steps),
        ["processorMilliseconds"] = JsonLine.Number(silo.ProcessorMs / steps),
        ["droppedFrames"] = silo.DroppedFrames,
        ["checksumErrors"] = silo.ChecksumErrors,
        ["peakMemoryBytes"] = silo.PeakMemoryBytes,
    };

    private static JsonObject Milliseconds(double step, double compute, double exchange, double update) => new()
    {
        ["step"] = JsonLine.Number(step),
        ["compute"] = JsonLine.Number(compute),
        ["exchange"] = JsonLine.Number(exchange),
        ["update"] = JsonLine.Number(update),
    };
}
