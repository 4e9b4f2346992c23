using System.Text.Json.Nodes;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Filters;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Core.Models;
using DistConv.Filters.Descriptions;
using DistConv.Training;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>distconv filters --describe</c> on a network whose kernels were made by hand.</summary>
public sealed class DescribeModeTests : IDisposable
{
    private static readonly (string Label, string Match, float[] Weights)[] _kernels =
    [
        ("vertical edge", "Sobel x", [-1, 0, 1, -2, 0, 2, -1, 0, 1]),
        ("horizontal edge", "Prewitt y", [1, 1, 1, 0, 0, 0, -1, -1, -1]),
        ("diagonal edge", "Sobel 45°", [0, 1, 2, -1, 0, 1, -2, -1, 0]),
        ("Laplacian", "Laplacian 4", [0, -1, 0, -1, 4, -1, 0, -1, 0]),
        ("low-pass", "Gaussian", [1, 2, 1, 2, 4, 2, 1, 2, 1]),
        ("checkerboard", "checkerboard", [1, -1, 1, -1, 1, -1, 1, -1, 1]),
        ("mixed", "corner lower left", [0.3f, -0.2f, -0.8f, 0.9f, 0.4f, -0.6f, -0.1f, 0.9f, 0.2f]),
        ("low-pass", "Gaussian", [2, 4, 2, 4, 8, 4, 2, 4, 2.1f]),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingOutput _output = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_handMadeKernels_areDescribedByName()
    {
        JsonNode layer = (await RunAsync("--json"))["layers"]![0]!;

        JsonArray filters = layer["filters"]!.AsArray();
        Assert.Equal(_kernels.Select(kernel => kernel.Label), filters.Select(filter => (string)filter!["label"]!));
        foreach (((string label, string match, _), JsonNode? filter) in _kernels.Zip(filters))
        {
            if (label != "mixed") Assert.Equal(match, (string)filter!["bestMatch"]!);
            Assert.Equal(label != "mixed", (bool)filter!["structured"]!);
            Assert.Equal(1, filter["basisShares"]!.AsObject().Sum(share => (double)share.Value!), 1e-9);
        }

        Assert.Equal("bright centre", (string)filters[3]!["polarity"]!);
        Assert.Equal(45, (double)filters[2]!["orientationDegrees"]!, 1e-6);
        Assert.Equal((7, 3, 2), ((int)layer["structured"]!, (int)layer["kinds"]!["edge"]!, (int)layer["kinds"]!["lowPass"]!));
        JsonNode pair = Assert.Single(layer["nearDuplicates"]!.AsArray())!;
        Assert.Equal((4, 7), ((int)pair["first"]!, (int)pair["second"]!));
        Assert.StartsWith("glorot_uniform: U(-0.272", (string)layer["initialDistribution"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0504, "0.949")] // Rounding would give 0.950, at which a filter has a name.
    [InlineData(0.0500, "0.950")]
    [InlineData(0.0496, "0.950")]
    [InlineData(0.0004, ">0.999")]
    [InlineData(0.5, "0.500")]
    public void Confidence_nearTheLimit_doesNotContradictTheName(double pValue, string expected)
    {
        PlaneDescription plane = new(
            FilterKind.Mixed, "", "", pValue, "", 0, null, "", 0, [], 0, 0, new FrequencyResponse(0, 0, 0, 0, ""), new Symmetry(0, 0, 0), 0);
        Assert.Equal(expected, DescriptionText.Confidence(plane));
        Assert.Equal(plane.IsStructured, expected is "0.950" or ">0.999");
    }

    [Fact]
    public async Task Run_withoutJson_isReadableIn100Columns()
    {
        string path = Write();
        Assert.Equal(0, await CommandLine.RunAsync(["filters", path, "--describe"], Context()));

        string text = string.Join('\n', _output.Resulted);
        Assert.Contains("vertical edge →  ", text, StringComparison.Ordinal);
        Assert.Contains("Laplacian, bright  ", text, StringComparison.Ordinal);
        Assert.Contains("Structured: 7 of 8", text, StringComparison.Ordinal);
        Assert.Contains("3 edges, 2 low-pass", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(line => !line.Contains(path, StringComparison.Ordinal)), line => Assert.True(line.Length <= 100, line));
        Assert.Contains("kernels only", Assert.Single(_output.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no convolution 'conv9'; it has conv1", "--layer", "conv9")]
    [InlineData("choose one", "--animate")]
    [InlineData("writes no picture", "--out", "x.png")]
    public async Task Run_mistakes_areNamed(string fragment, params string[] more)
    {
        Assert.Equal(2, await CommandLine.RunAsync(["filters", Write(), "--describe", .. more], Context()));
        Assert.Contains(fragment, Assert.Single(_output.Failed), StringComparison.Ordinal);
        Assert.Empty(_output.Resulted);
    }

    private async Task<JsonNode> RunAsync(params string[] more)
    {
        Assert.Equal(0, await CommandLine.RunAsync(["filters", Write(), "--describe", .. more], Context()));
        return JsonNode.Parse(_output.Resulted[^1])!;
    }

    private CliContext Context() => new(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken);

    /// <summary>A snapshot of kernels alone, filter after filter in the last dimension.</summary>
    private string Write()
    {
        string layers = $$"""{"type":"conv2d","filters":{{_kernels.Length}},"kernel":3},{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}""";
        string model = ModelSpec.Parse($$"""{"name":"hand","input":[8,8,1],"layers":[{{layers}}]}""", "hand").ToJson();
        float[] values = [.. from tap in Enumerable.Range(0, 9) from kernel in _kernels select kernel.Weights[tap]];
        string path = Path.Combine(_folder.FullPath, "hand.dcs");
        SnapshotFile.Write(path, new Snapshot
        {
            Content = SnapshotContent.Kernels,
            Spec = new JobSpec
            {
                ModelName = "hand",
                ModelJson = model,
                Data = "digits",
                DataFingerprint = "none",
                Samples = 100,
                TotalSteps = 10,
                GlobalBatch = 10,
                Shards = 1,
                Seed = 1,
                Optimizer = new OptimizerSpec("sgd", 0.1f),
                NumericsVersion = NumericsVersion.Current,
            },
            Step = 10,
            NumericsVersion = NumericsVersion.Current,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Running = new RunningMetrics(0, 0, 0, new CoverageState(0, 0, 0)),
            Epochs = [],
            OptimizerScalars = new Dictionary<string, double>(),
            LayerHashes = [0],
            Tensors = [new SnapshotTensor("conv1/kernel", SnapshotTensor.Weight, [3, 3, 1, _kernels.Length], values)],
        });
        return path;
    }
}
