using System.Text.Json.Nodes;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

public sealed class ExplainCommandTests : IDisposable
{
    private const string Question = "Convolution2D(nb_filter=32, nb_row=3, nb_col=3, border_mode='valid')";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingOutput _output = new();

    private string Picture => Path.Combine(_folder.FullPath, "kernels.png");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_theQuestionAsItWasAsked_isAnsweredAndDrawn()
    {
        Assert.Equal(0, await RunAsync(Question, "--input", "5,5,1", "--out", Picture));

        string text = string.Join('\n', _output.Resulted);
        foreach (string part in (
            string[])["The output: 3×3×32", "(5 - 3)/1 + 1 = 3", "U(-0.1421, +0.1421)", "cross-correlation", "320 parameters", "backpropagation", Picture])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(line => !line.Contains(Picture, StringComparison.Ordinal)), line => Assert.True(line.Length <= 80, line));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(Picture, TestContext.Current.CancellationToken))[..4]);
    }

    [Fact]
    public async Task Run_json_hasTheNumbers()
    {
        Assert.Equal(0, await RunAsync(Question, "--input", "5,5,1", "--out", Picture, "--json"));

        JsonNode value = JsonNode.Parse(Assert.Single(_output.Resulted))!;
        Assert.Equal([3, 3, 32], value["output"]!.AsArray().Select(size => (int)size!));
        Assert.Equal((320, 9, 288, 2592), ((int)value["parameters"]!, (int)value["fanIn"]!, (int)value["fanOut"]!, (int)value["multiplyAdds"]!));
        Assert.True(File.Exists((string)value["picture"]!));
    }

    [Fact]
    public async Task Run_model_hasALineForEachLayerOrOneInFull()
    {
        Assert.Equal(0, await RunAsync("keras1-mnist-cnn"));
        Assert.Matches(@"conv2 +24×24×32 +9,248 +5,308,416 +32 filters of 3×3×32, then relu", string.Join('\n', _output.Resulted));

        _output.Resulted.Clear();
        Assert.Equal(0, await RunAsync("keras1-mnist-cnn", "--layer", "dense2", "--json"));
        Assert.Equal((1290, "dense"), ((int)JsonNode.Parse(_output.Resulted[^1])!["parameters"]!, (string)JsonNode.Parse(_output.Resulted[^1])!["type"]!));
    }

    [Theory]
    [InlineData("column 15: unknown property 'nb_filtr'", "Convolution2D(nb_filtr=32, nb_row=3, nb_col=3)", "--input", "5,5,1")]
    [InlineData("the input shape (--input) is missing", "Conv2D(8, 3)")]
    [InlineData("the input shape (--input) '5;5' is not understood", "Conv2D(8, 3)", "--input", "5;5")]
    [InlineData("no layer 'conv3'; it has conv1, conv2", "keras1-mnist-cnn", "--layer", "conv3")]
    [InlineData("did you mean 'keras1-mnist-cnn'", "keras1-mnist-cn")]
    [InlineData("--input is for a layer", "keras1-mnist-cnn", "--input", "5,5,1")]
    [InlineData("--layer chooses a layer of a model", "Flatten()", "--layer", "conv1")]
    [InlineData("has none", "Flatten()", "--input", "5,5,1", "--out", "x.png")]
    public async Task Run_mistakes_areNamedInOneLine(string fragment, params string[] arguments)
    {
        Assert.Equal(2, await RunAsync(arguments));
        string line = Assert.Single(_output.Failed);
        Assert.Contains(fragment, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.Empty(_output.Resulted);
    }

    private Task<int> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync(["explain", .. arguments], new CliContext(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken));
}
