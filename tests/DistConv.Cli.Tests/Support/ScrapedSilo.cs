using System.Text.RegularExpressions;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>A silo that trains a long job with validation samples, and a real Prometheus that scrapes it.</summary>
public sealed partial class ScrapedSilo : IAsyncLifetime
{
    /// <summary>The tests that share it.</summary>
    public const string Collection = "scraped silo";

    /// <summary>The job's id.</summary>
    internal const string Job = "watched";

    private readonly TemporaryFolder _folder = new();
    private PrometheusServer? _prometheus;
    private ServedSilo? _silo;

    /// <summary>The silo.</summary>
    internal ServedSilo Silo => _silo ?? throw new InvalidOperationException("the silo has not been started");

    /// <summary>Prometheus; without it, the test is skipped.</summary>
    internal PrometheusServer Prometheus
    {
        get
        {
            InstalledProgram.Prometheus.Require();
            return _prometheus ?? throw new InvalidOperationException("Prometheus has not been started");
        }
    }

    /// <summary>What clients take for <c>--cluster</c>.</summary>
    internal string Address { get; private set; } = "";

    /// <summary>Where health and metrics are served.</summary>
    internal Uri Health { get; private set; } = new("http://127.0.0.1");

    /// <summary>Another target of Prometheus, where nobody listens.</summary>
    internal string Silent { get; } = $"127.0.0.1:{FreePort.Next()}";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (InstalledProgram.Prometheus.Location is null) return; // Each test says that it is skipped.
        TinyData.WriteIdx(_folder["data"], train: 20_003);
        _folder.Write("tiny.json", TinyData.Model);
        _silo = new ServedSilo(
            _folder.FullPath, null, "--host-membership", "0", "--health", "127.0.0.1:0", "--telemetry", "prometheus", "--store", _folder["silos"],
            "--data-dir", _folder["data"]);
        Address = (await _silo.LineAsync("hosts the list of silos at ")).Split(' ')[^1];
        Health = new Uri(HealthAddress().Match(await _silo.ReadyAsync()).Value);
        _prometheus = await PrometheusServer.StartAsync(_folder["prometheus"], Health.Authority, Silent);
        await SubmitAsync(Job);
    }

    /// <summary>Has the silo train a job that does not end by itself.</summary>
    /// <param name="job">Its id.</param>
    internal Task SubmitAsync(string job) => RunAsync(
        "train", "--data", "idx:data", "--model", "tiny.json", "--validation-split", "0.1", "--batch", "50", "--shards", "6",
        "--steps", "10000000", "--job", job, "--cluster", Address, "--detach");

    /// <summary>Runs <c>distconv</c>.</summary>
    /// <param name="args">Its arguments.</param>
    internal async Task RunAsync(params string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, args);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null) await _prometheus.DisposeAsync();
        _silo?.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"http://[\d.:]+$")]
    private static partial Regex HealthAddress();
}

/// <summary>One silo and one Prometheus serve all tests that look at them.</summary>
[CollectionDefinition(ScrapedSilo.Collection)]
public sealed class ScrapedSiloGroup : ICollectionFixture<ScrapedSilo>;
