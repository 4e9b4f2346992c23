using System.Text.Json.Nodes;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Filters.Explanations;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

public sealed class ExplainTopicTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingOutput _output = new();

    private string Text => string.Join('\n', _output.Resulted);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_theQuestionThatDistConvExistsFor_isAnswered()
    {
        Assert.Equal(0, await RunAsync("what are the default filters of Keras Convolution2D?"));

        string[] parts =
        [
            "There is no default set of filters", "L = √(6 / (fan_in + fan_out)) = √(6 / 297) = 0.1421", "L²/3 = 2 / (fan_in + fan_out)",
            "y[r, c, k] = b[k] + Σ Σ Σ w[i, j, m, k] · x[r + i, c + j, m]", "i = 0…2", "3×3×32", "glorot_normal",
            "before training             after training", "distconv filters JOB",
        ];
        Assert.All(parts, part => Assert.Contains(part, Text, StringComparison.Ordinal));
        Assert.All(Text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Run_aQuestionWithoutQuotes_isTheSame()
    {
        Assert.Equal(0, await RunAsync("what", "does", "padding", "do"));
        Assert.StartsWith("Padding", Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_everyTopic_fitsATerminal()
    {
        foreach (Topic topic in Topic.All) Assert.Equal(0, await RunAsync(topic.Name));
        Assert.All(Text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Run_withoutAQuestion_listsTheTopics()
    {
        Assert.Equal(0, await RunAsync());
        Assert.All(Topic.All, topic => Assert.Contains($"  {topic.Name} ", Text, StringComparison.Ordinal));

        _output.Resulted.Clear();
        Assert.Equal(0, await RunAsync("--json"));
        Assert.Equal(Topic.All.Count, JsonNode.Parse(Assert.Single(_output.Resulted))!["topics"]!.AsArray().Count);
    }

    [Fact]
    public async Task Run_topicWithOut_drawsItsPicture()
    {
        string file = Path.Combine(_folder.FullPath, "t.png");
        Assert.Equal(0, await RunAsync("glorot_uniform", "--out", file, "--json"));

        JsonNode value = JsonNode.Parse(Assert.Single(_output.Resulted))!;
        Assert.Equal(("glorot_uniform", file), ((string)value["topic"]!, (string)value["picture"]!));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..4]);
    }

    [Fact]
    public async Task Run_channelsFirst_saysWhichRuleDecided()
    {
        string file = Path.Combine(_folder.FullPath, "k.png");
        Assert.Equal(0, await RunAsync("Convolution2D(64, 3, 3, border_mode='same', input_shape=(3, 256, 256))", "--out", file));

        Assert.Contains("on an input of 256×256×3", Text, StringComparison.Ordinal);
        Assert.Contains("The output: 256×256×64", Text, StringComparison.Ordinal);
        Assert.Contains("1,792 parameters", Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("(channels first)", Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'quaternions' is not a topic, a layer, a model or a job (the topics are default filters, convolution,", "quaternions")]
    [InlineData("did you mean 'convolution'?", "convolutoin")]
    [InlineData("did you mean 'dropout'?", "what", "is", "droput")]
    [InlineData("there is no picture for the topic padding", "padding", "--out", "x.png")]
    [InlineData("--layer chooses a layer of a model, and 'padding' is not a model or a job", "padding", "--layer", "conv1")]
    [InlineData("--input is for a layer", "padding", "--input", "5,5,1")]
    public async Task Run_whatCannotBeExplained_isOneLine(string fragment, params string[] arguments)
    {
        Assert.Equal(2, await RunAsync(arguments));
        string line = Assert.Single(_output.Failed);
        Assert.Contains(fragment, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.Empty(_output.Resulted);
    }

    private Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        ["explain", .. arguments, "--store", _folder.FullPath], new CliContext(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken));
}
