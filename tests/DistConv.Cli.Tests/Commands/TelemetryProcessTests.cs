using System.Diagnostics;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>--telemetry</c> of whole runs of the built executable, with real collectors: good ones and bad ones.</summary>
public sealed class TelemetryProcessTests : IDisposable
{
    private const int Steps = 120;
    private static readonly string[] _train =
        ["train", "--data", "idx:data", "--model", "tiny.json", "--samples", "101", "--batch", "10", "--shards", "7", "--threads", "1", "--job"];

    private readonly TemporaryFolder _folder = new();

    public TelemetryProcessTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("grpc", false)]
    [InlineData("http", false)]
    [InlineData("grpc", true)]
    [InlineData("http", true)]
    public async Task Train_otlp_collectorGetsMetricsAndTraces(string transport, bool byVariables)
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(transport == "grpc");
        Dictionary<string, string> environment = byVariables ? new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = transport == "grpc" ? "grpc" : "http/protobuf",
        } : [];

        ProcessResult result = await TrainAsync(byVariables ? "otlp" : $"otlp:{transport}={collector.Address}", environment);

        Assert.DoesNotContain("warning", result.Errors, StringComparison.Ordinal);
        IReadOnlyList<OtlpPoint> points = collector.Points;
        OtlpPoint loss = points.Last(point => point.Metric == "distconv.job.loss");
        Assert.Equal("j", loss.Attributes["job_id"]);
        IReadOnlyList<StepEntry> record = JobStore.OpenRead(_folder["distconv-jobs"]).Open("j").ReadRecordTable().Steps;
        Assert.Equal(record[^1].Loss, loss.Value);
        Assert.Equal(Steps, points.Last(point => point.Metric == "distconv.job.step").Value);
        Assert.Equal(record.Sum(step => step.Samples), points.Last(point => point.Metric == "distconv.job.samples").Value);
        OtlpPoint duration = points.Last(point => point.Metric == "distconv.step.duration");
        Assert.Equal(("s", (ulong)Steps), (duration.Unit, duration.Count));
        Assert.Contains(points, point => point.Metric.StartsWith("orleans", StringComparison.Ordinal));
        Assert.Contains(points, point => point.Metric.StartsWith("dotnet.", StringComparison.Ordinal));
        Assert.Equal("distconv", collector.Resource["service.name"]);
        OtlpSpan[] steps = [.. collector.Spans.Where(span => span.Name == "distconv.step")];
        Assert.True(steps.Length >= 2, "steps 0 and 100 are sampled");
        Assert.All(steps, step => Assert.Equal(
            ["distconv.step.compute", "distconv.step.exchange", "distconv.step.reduce", "distconv.step.update"],
            collector.Spans.Where(span => span.Parent == step.Id && span.Trace == step.Trace).Select(span => span.Name).Order()));
    }

    [Fact]
    public async Task Train_badCollector_isToldOnceAndChangesNothing()
    {
        using SilentServer silent = new();
        await using OtlpCollector refusingGrpc = await OtlpCollector.StartAsync(isGrpc: true, refuses: true);
        await using OtlpCollector refusingHttp = await OtlpCollector.StartAsync(isGrpc: false, refuses: true);
        (string Telemetry, string Reason)[] bad =
        [
            ($"otlp:grpc=http://127.0.0.1:{FreePort.Next()}", "Connection refused"),
            ($"otlp:http=http://127.0.0.1:{FreePort.Next()}", "Connection refused"),
            ($"otlp:grpc={silent.Address}", "does not answer within 2 s"),
            ($"otlp:http={silent.Address}", "does not answer within 2 s"),
            ($"otlp:grpc={refusingGrpc.Address}", "answers with gRPC status 14"),
            ($"otlp:http={refusingHttp.Address}", "answers with HTTP status 503"),
        ];
        string plain = Digest(await RunAsync([.. _train, "plain", "--steps", $"{Steps}", "--local", "--json", "--quiet"]));

        ProcessResult[] results = await Task.WhenAll(bad.Select((entry, index) => TrainAsync(entry.Telemetry, [], $"bad-{index}")));

        Assert.All(results.Zip(bad), run =>
        {
            Assert.Equal(plain, Digest(run.First));
            string warning = Assert.Single(run.First.ErrorLines, line => line.Contains("warning", StringComparison.Ordinal));
            Assert.Contains(run.Second.Reason, warning, StringComparison.Ordinal);
        });
        Assert.True(silent.WasReached && refusingGrpc.Requests > 0 && refusingHttp.Requests > 0);
    }

    [Fact]
    public async Task Train_variablesAreWrong_areRefusedBeforeAnythingIsWritten()
    {
        Dictionary<string, string> environment = new()
        {
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json",
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "localhost:4317",
        };
        using DistConvProcess process = DistConvProcess.Start(_folder.FullPath, environment, [.. _train, "j", "--telemetry", "otlp"]);

        ProcessResult result = await process.WaitAsync();

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "distconv: OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json'; give grpc or http/protobuf; "
            + "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is 'localhost:4317'; give an address such as http://localhost:4317",
            Assert.Single(result.ErrorLines));
        Assert.False(Directory.Exists(_folder["distconv-jobs"]));
    }

    [Fact]
    public async Task Train_console_printsWhileItRunsAndAtTheEnd()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        DistConvProcess? running = null;
        int before = 0;
        Dictionary<string, string> environment = new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1" }; // Of no effect without otlp.
        using DistConvProcess process = running = DistConvProcess.Start(
            _folder.FullPath, environment, [.. _train, "j", "--steps", "1000000", "--telemetry", "console", "--json"], async line =>
        {
            if (!line.Contains("Metric Name: distconv.job.loss", StringComparison.Ordinal) || before++ > 0) return;
            using Process kill = Process.Start("kill", ["-INT", $"{running!.Id}"]);
            await kill.WaitForExitAsync();
        });

        ProcessResult result = await process.WaitAsync();

        Assert.Equal("stopped", JsonDocument.Parse(result.OutputLines[^1]).RootElement.GetProperty("status").GetString());
        Assert.True(before >= 2, "the loss is printed while it trains, and at the end");
        Assert.Equal(before, result.ErrorLines.Count(line => line.StartsWith("Metric Name: distconv.step.duration,", StringComparison.Ordinal)));
        Assert.Contains(result.ErrorLines, line => line.StartsWith("Metric Name: distconv.step.duration,", StringComparison.Ordinal)
            && line.Contains("Unit: s,", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.EndsWith(" distconv.step.compute", StringComparison.Ordinal));
        Assert.DoesNotContain("warning", result.Errors, StringComparison.Ordinal);
    }

    private static string Digest(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement.GetProperty("weightsDigest").GetString()!;

    private async Task<ProcessResult> TrainAsync(string telemetry, Dictionary<string, string> environment, string job = "j")
    {
        environment["OTEL_METRIC_EXPORT_INTERVAL"] = "200";
        using DistConvProcess process = DistConvProcess.Start(
            _folder.FullPath, environment, [.. _train, job, "--steps", $"{Steps}", "--json", "--telemetry", telemetry]);
        ProcessResult result = await process.WaitAsync();
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private async Task<ProcessResult> RunAsync(params string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, args);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}
