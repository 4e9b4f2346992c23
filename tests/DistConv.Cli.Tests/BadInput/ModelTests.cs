using Xunit;

namespace DistConv.Cli.Tests.BadInput;

public sealed class ModelTests : BadInputTest
{
    public static TheoryData<string, string> Models => new()
    {
        { "{\"name\": \"m\",\n \"input\": [28, 28, 1,\n \"layers\": []}", "line 3" },
        { Layers("""{"type": "conv2f", "filters": 8, "kernel": 3}"""), "did you mean 'conv2d'?" },
        { Layers("""{"type": "conv2d", "filters": 8, "kernel": 29}"""), "29" },
        { Layers("""{"type": "conv2d", "filters": 0, "kernel": 3}"""), "filters" },
        { Layers("""{"type": "conv2d", "filters": 1000000000, "kernel": 3}"""), "filters" },
        { Layers("""{"type": "conv2d", "filters": 8, "kernel": 3, "colour": 1}"""), "colour" },
        { """{"name": "m", "input": [32, 32, 3], "layers": [{"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}]}""", "(32, 32, 3)" },
        { """{"name": "m", "input": [28, 28, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 9, "activation": "softmax"}]}""", "9 classes" },
        { "", "m.json" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Train_wrongModel_namesWhatIsWrong(string json, string expected)
    {
        string path = Folder.Write("m.json", json);
        await RefusesAsync([expected], ["train", "--model", path]);
    }

    [Fact]
    public async Task Train_jsonSyntaxError_namesLineAndColumn()
    {
        string path = Folder.Write("m.json", "{\n  \"name\": \"m\",\n  \"input\": [28, 28, 1],,\n}");
        await RefusesAsync(["line 3", "column"], ["train", "--model", path]);
    }

    [Theory]
    [InlineData("""{"class_name": "Functional", "config": {}}""", "property 'layers' is missing")]
    [InlineData("{'class_name': 'Sequential'}", "this is Python")]
    [InlineData("""{"class_name": "Sequential", "config": [{"class_name": "Conv2D", "config": {"name": "c", "data_format": "NCHW"}}]}""",
        "layer 1 'c' (Conv2D): data_format")]
    public async Task ModelsCheck_wrongFile_saysWhatIsWrong(string json, string expected)
    {
        string path = Folder.Write("m.json", json);
        await RefusesAsync([$"{path}: ", expected], ["models", "check", path]);
        await RefusesAsync([expected], ["models", "show", path, "--json"]);
    }

    [Fact]
    public Task Train_missingModelFile_namesIt() => RefusesAsync(["missing.json"], ["train", "--model", "missing.json"]);

    private static string Layers(string first) =>
        $$"""{"name": "m", "input": [28, 28, 1], "layers": [{{first}}, {"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}]}""";
}
