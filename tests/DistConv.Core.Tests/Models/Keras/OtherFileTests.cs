using System.IO.Compression;
using System.Text;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>Archives of Keras 3, and files that are no model: the line says what they are.</summary>
public sealed class OtherFileTests : IDisposable
{
    private const string Model = """
        {"class_name":"Sequential","config":[{"class_name":"Flatten","config":{"batch_input_shape":[null,4,4,1]}},
        {"class_name":"Dense","config":{"units":2,"activation":"softmax"}}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\u0089HDF\r\n\u001a\n", "is an HDF5 file")]
    [InlineData("\u0089PNG\r\n\u001a\n", "is a PNG picture")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0", "is a JPEG picture")]
    [InlineData("\u0080\u0002}q\u0000", "is a Python pickle, as PyTorch's torch.save writes it")]
    [InlineData("\u0008\u0001\u0012\u00aa", "saved_model.pb of TensorFlow")]
    [InlineData("\u0008\u0007\u0012\u0007pytorch", "probably an ONNX model")]
    [InlineData("\u001c\u0000\u0000\u0000TFL3\u0000", "is a TensorFlow Lite model")]
    [InlineData("\u0040\u0000\u0000\u0000\u0000\u0000\u0000\u0000{\"a\":1}", "is a safetensors file")]
    [InlineData("\u001f\u008b\u0008", "is compressed with gzip")]
    [InlineData("backend: tensorflow\nclass_name: Sequential\n", "is YAML")]
    [InlineData("<!DOCTYPE html><html>", "is a web page")]
    [InlineData("import keras\n", "is a program in Python")]
    [InlineData("""{"loss":[1,0.5],"val_acc":[0.1,0.2]}""", "is the history of a training")]
    [InlineData("""{"class_name":"Tokenizer","config":{"num_words":null}}""", "is a tokenizer")]
    [InlineData("""{"class_name":"Adam","config":{}}""", "is the configuration of an optimizer")]
    [InlineData("""{"format":"graph-model","modelTopology":{"node":[]}}""", "is a graph of TensorFlow operations")]
    [InlineData("""[{"paths":["a.bin"],"weights":[]}]""", "is a list of weights of TensorFlow.js")]
    [InlineData("""{"0":["n01440764","tench"]}""", "is a list of class names")]
    [InlineData("""["cat","dog"]""", "is a list of texts")]
    [InlineData("""{"nbformat":4,"cells":[]}""", "is a Jupyter notebook")]
    [InlineData("""{"keras_version":"3.3.3","date_saved":"2024"}""", "is the metadata.json of a .keras file")]
    public void Load_of_another_file_says_what_it_is(string latin, string expected)
    {
        string path = Path.Combine(_folder, "model.json");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(latin));

        string message = Assert.Throws<InvalidInputException>(() => ModelReading.LoadFile(path)).Message;

        Assert.StartsWith($"{path}: is ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_of_a_keras_archive_reads_its_config() =>
        Assert.Equal(["flatten1", "dense1"], ModelReading.LoadFile(Zip("m.keras", ("metadata.json", "{}"), ("config.json", Model))).Model.Layers
            .Select(layer => layer.Name));

    [Theory]
    [InlineData("archive/data.pkl", "is a file of PyTorch's torch.save")]
    [InlineData("a.npy", "is an npz file")]
    [InlineData("saved_model.pb", "SavedModel")]
    [InlineData("readme.txt", "is a zip archive without config.json")]
    public void Load_of_another_archive_says_what_it_is(string entry, string expected) =>
        Assert.Contains(expected, Refusal(Zip("m.zip", (entry, "x"))), StringComparison.Ordinal);

    [Fact]
    public void Load_of_a_bomb_or_a_damaged_archive_is_refused()
    {
        string bomb = Zip("b.keras", ("config.json", new string(' ', 5 << 20)));
        Assert.Contains("config.json is larger than 4,194,304 bytes", Refusal(bomb), StringComparison.Ordinal);
        Assert.Contains("directory of", Refusal(Zip("d.keras", [.. Enumerable.Range(0, 20_000).Select(i => ($"{i:D20}", ""))])), StringComparison.Ordinal);
        string path = Zip("c.keras", ("config.json", Model));
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^30]);
        Assert.Contains("the archive is damaged", Refusal(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"modelTopology":{"model_config":MODEL,"keras_version":"2.8.0"},"weightsManifest":[]}""", "Keras Sequential model, Keras 2.8.0")]
    [InlineData("""{"modelTopology":MODEL,"format":"layers-model"}""", "Keras Sequential model")]
    [InlineData("""{"name":"sequential","layers":LAYERS}""", "Keras Sequential model")]
    [InlineData("LAYERS", "Keras Sequential model")]
    public void Parse_of_a_model_inside_something_else_finds_it(string text, string format)
    {
        string layers = Model[Model.IndexOf('[', StringComparison.Ordinal)..^1];
        ModelReading reading = ModelReading.Parse(
            text.Replace("MODEL", Model, StringComparison.Ordinal).Replace("LAYERS", layers, StringComparison.Ordinal), "m.json");

        Assert.Equal((format, 2), (reading.Format, reading.Model.Layers.Count));
    }

    [Fact]
    public void Parse_of_a_model_in_quotes_reads_it() =>
        Assert.Equal(2, ModelReading.Parse(System.Text.Json.JsonSerializer.Serialize(Model), "m.json").Model.Layers.Count);

    private static string Refusal(string path) => Assert.Throws<InvalidInputException>(() => ModelReading.LoadFile(path)).Message;

    private string Zip(string name, params (string Name, string Text)[] entries)
    {
        string path = Path.Combine(_folder, name);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string entry, string text) in entries)
        {
            using StreamWriter writer = new(archive.CreateEntry(entry).Open());
            writer.Write(text);
        }

        return path;
    }
}
