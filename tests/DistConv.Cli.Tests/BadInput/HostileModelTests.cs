using System.IO.Compression;
using System.Text;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

/// <summary>Model files that are wrong on purpose: one line each, within a small heap.</summary>
public sealed class HostileModelTests : BadInputTest
{
    private const string End = """{"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}""";

    private static readonly Dictionary<string, string> _smallHeap = new() { ["DOTNET_GCHeapHardLimit"] = "0x8000000" }; // 128 MiB.

    public static TheoryData<string, string> Graphs => new()
    {
        { """{"type": "relu", "name": "a", "inputs": ["b"]}, {"type": "relu", "name": "b", "inputs": ["a"]}""",
            "layer 1 'a' (relu): it reads layers that wait for it: the inputs of layers form a circle" },
        { """{"type": "relu", "name": "a", "inputs": ["a"]}""", "layer 1 'a' (relu): it reads layers that wait for it" },
        { """{"type": "conv2d", "name": "a", "filters": 2, "kernel": 3}, {"type": "add", "name": "s", "inputs": ["a", "input"]}""",
            "layer 2 's' (add): its inputs must have one shape, but 'a' gives (26, 26, 2) and 'input' gives (28, 28, 1)" },
        { """{"type": "relu", "name": "input"}, {"type": "relu", "name": "b"}, {"type": "add", "name": "s", "inputs": ["b", "input"]}""",
            "layer 3 's' (add): inputs names 'input', which is the model's input and a layer, too; give that layer another name" },
        { """{"type": "conv2d", "filters": 65536, "kernel": 28, "name": "a"}, {"type": "conv2d", "filters": 65536, "kernel": 1}""",
            "make 4,295,032,832 parameters after 51,445,760 of the layers before it; a model has at most 500,000,000" },
        { """{"type": "zeropadding2d", "padding": [[65536, 65536], [65536, 65536]]}""", "at most 100,000,000 are possible" },
        { """{"type": "relu", "maxValue": 1e400}""", "maxValue" },
        { """{"type": "reshape", "shape": [-1, -1, 1]}""", "shape" },
        { """{"type": "permute", "dims": [1, 1, 3]}""", "dims" },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public Task ModelsCheck_wrongGraph_namesWhatIsWrong(string layers, string expected) => RefusesModelAsync(Model($"{layers}, {End}"), expected);

    [Fact]
    public Task ModelsCheck_namesThatAreUnknown_areListedTogether() => RefusesModelAsync(
        Model($$"""{"type": "relu", "name": "a", "inputs": ["inptu"]}, {"type": "relu", "name": "b", "inputs": ["aa"]}, {{End}}"""),
        2,
        "2 problems: layer 1 'a' (relu): inputs names 'inptu', and no layer is called so; did you mean 'input'?; layer 2 'b' (relu): inputs names 'aa'");

    [Fact]
    public Task ModelsCheck_namesThatAreTaken_areListedTogether() => RefusesModelAsync(
        Model($$"""{"type": "relu", "name": "a"}, {"type": "relu", "name": "a"}, {"type": "relu", "name": "a"}, {{End}}"""),
        2,
        "2 problems: layer 2 'a' (relu): layer 1 has the same name; names must be unique; layer 3 'a' (relu): layer 1 has the same name");

    [Fact]
    public Task ModelsCheck_namesThatAreTakenAndLayersThatCannotBeRead_areListedTogether() => RefusesModelAsync(
        Model($$"""{"type": "relu", "name": "a"}, {"type": "lstm", "name": "b"}, {"type": "relu", "name": "a"}, {{End}}"""),
        2,
        "2 problems: layer 2 'b': unknown layer 'lstm'; layer 3 'a' (relu): layer 1 has the same name; names must be unique; docs/models.md lists the layers");

    [Fact]
    public Task ModelsCheck_problemsOfSettingsAndOfShapes_areListedTogether() => RefusesModelAsync(
        Model($$"""
            {"type": "conv2d", "filters": 8, "kernel": 3, "dilation": 14}, {"type": "conv2d", "filters": 8, "kernel": 3, "groups": 3},
            {"type": "conv2d", "filters": 8, "kernel": 3, "dilation": [2, 1], "strides": 2, "inputs": ["input"]}, {"type": "lstm"}, {{End}}
            """),
        3,
        "3 problems: layer 1 'conv1' (conv2d): kernel 3x3 with dilation 14x14 spans 29x29, which is larger than its input (28, 28, 1)",
        "layer 3 'conv3' (conv2d): dilation 2x1 needs strides 1; they are 2x2; layer 4: unknown layer 'lstm'");

    [Fact]
    public Task ModelsCheck_branchesThatDoNotFit_areListedTogether() => RefusesModelAsync(
        Model($$"""
            {"type": "conv2d", "name": "a", "filters": 8, "kernel": 29},
            {"type": "conv2d", "name": "b", "inputs": ["input"], "filters": 8, "kernel": 3, "groups": 3},
            {"type": "conv2d", "name": "c", "inputs": ["input"], "filters": 0, "kernel": 3}, {"type": "concatenate", "inputs": ["a", "b", "c"]}, {{End}}
            """),
        3,
        "3 problems: layer 1 'a' (conv2d): kernel 29x29 is larger than its input",
        "layer 2 'b' (conv2d): groups 3 must divide the channels of its input (28, 28, 1) and its 8 filters",
        "layer 3 'c' (conv2d): filters must be a whole number from 1 to 65,536; it is 0");

    [Theory]
    [InlineData(1_000_000, "is larger than 4,194,304 bytes")]
    [InlineData(200_000, "the model has 200,002 layers; at most 1,000 are possible")]
    public Task ModelsCheck_chainOfManyLayers_isRefusedBeforeItIsRead(int layers, string expected) =>
        RefusesModelAsync(Model($"{string.Join(',', Enumerable.Repeat("""{"type": "relu"}""", layers))}, {End}"), expected);

    [Fact]
    public Task ModelsCheck_chainOfManyKerasLayers_isRefusedBeforeItIsRead()
    {
        IEnumerable<string> layers = Enumerable.Range(0, 30_000).Select(i =>
            $$"""{"class_name":"ReLU","config":{"name":"r{{i}}"},"name":"r{{i}}","inbound_nodes":[[["r{{i - 1}}",0,0,{}]]]}""");
        return RefusesModelAsync($$$"""{"class_name": "Functional", "config": {"layers": [{{{string.Join(',', layers)}}}]}}""", "the model has 30,000 layers");
    }

    [Fact]
    public Task ModelsCheck_modelsInsideModelsThatMultiply_areRefused()
    {
        // Each level calls the one below ten times, so that ten levels would be ten thousand million layers.
        string inner = """{"class_name":"Sequential","name":"m0","config":{"name":"m0","layers":[{"class_name":"ReLU","config":{"name":"r"}}]}}""";
        for (int level = 1; level <= 10; level++)
        {
            string calls = string.Join(',', Enumerable.Range(0, 10).Select(
                call => $$"""[["{{(call == 0 ? "in" : $"m{level - 1}")}}",{{Math.Max(0, call - 1)}},0,{}]]"""));
            inner = $$$"""
                {"class_name":"Functional","name":"m{{{level}}}","config":{"name":"m{{{level}}}","layers":[
                {"class_name":"InputLayer","name":"in","config":{"name":"in","batch_input_shape":[null,28,28,1]},"inbound_nodes":[]},
                {{{inner[..^1]}}},"inbound_nodes":[{{{calls}}}]}],"input_layers":[["in",0,0]],"output_layers":[["m{{{level - 1}}}",9,0]]}}
                """;
        }

        return RefusesModelAsync(inner, "m.json: ");
    }

    [Fact]
    public Task ModelsCheck_deepNesting_isASyntaxError() => RefusesModelAsync(
        $$"""{"input": [28, 28, 1], "layers": {{new string('[', 100_000)}}""", "The maximum configured depth of 64 has been exceeded");

    [Fact]
    public Task ModelsCheck_layerThatReadsTheInputOftenEnoughToFillTheFile_isRefusedForItsSize()
    {
        string inputs = string.Join(',', Enumerable.Repeat("\"input\"", 400_000));
        return RefusesModelAsync(Model($$"""{"type": "concatenate", "inputs": [{{inputs}}]}, {{End}}"""), "layer 1 'concatenate1' (concatenate): ");
    }

    [Fact]
    public async Task ModelsCheck_archiveThatUnpacksToMuchMore_isRefused()
    {
        string path = Folder["m.keras"];
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using Stream config = archive.CreateEntry("config.json", CompressionLevel.SmallestSize).Open();
            byte[] spaces = new byte[1 << 20];
            spaces.AsSpan().Fill((byte)' ');
            for (int i = 0; i < 256; i++) config.Write(spaces); // 256 MiB in 256 kB.
        }

        await RefusesAsync(["config.json is larger than 4,194,304 bytes"], ["models", "check", path], _smallHeap);
    }

    [Fact]
    public async Task Train_builtInModelOnSmallPictures_saysWhichSizeWouldDo()
    {
        Support.TinyData.WriteIdx(Folder["data"]);
        await RefusesAsync(
            ["model 'mini-mobilenet' takes pictures of 9x9 or more, and these are (6, 6, 1)"],
            ["train", "--local", "--data", "idx:data", "--model", "mini-mobilenet"]);
    }

    private Task RefusesModelAsync(string json, string expected) => RefusesModelAsync(json, 0, expected);

    private Task RefusesModelAsync(string json, int listed, params string[] expected)
    {
        File.WriteAllText(Folder["m.json"], json, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return RefusesAsync(expected, ["models", "check", "m.json"], _smallHeap, listed);
    }

    private static string Model(string layers) => $$"""{"name": "m", "input": [28, 28, 1], "layers": [{{layers}}]}""";
}
