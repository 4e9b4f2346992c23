using DistConv.Cli.Tests.Support;

namespace DistConv.Chaos.Harness;

/// <summary>What is trained: options of <c>distconv train</c> that determine the bits.</summary>
/// <param name="Name">For people.</param>
/// <param name="Options">The options, without the number of steps.</param>
internal sealed record JobRecipe(string Name, IReadOnlyList<string> Options)
{
    /// <summary>More steps than any run takes.</summary>
    public const long Endless = 100_000_000;

    /// <summary>An epoch, and the snapshot at its end, comes after hundreds of steps.</summary>
    private const int TrainSamples = 6007;

    private const string ModelFile = "tiny.json";
    private const string SlicedFile = "sliced.json";
    private const string WideFile = "wide.json";
    private const string DataFolder = "data";

    /// <summary>A step takes milliseconds: 36 inputs, dropout, and numbers that do not divide each other.</summary>
    public static JobRecipe Tiny { get; } = new(
        "tiny", ["--data", $"idx:{DataFolder}", "--model", ModelFile, "--samples", "6001", "--batch", "10", "--shards", "7", "--seed", "3"]);

    /// <summary>The same with momentum, a schedule and clipping, and other shards.</summary>
    public static JobRecipe TinySgd { get; } = new(
        "tiny-sgd",
        [
            "--data", $"idx:{DataFolder}", "--model", ModelFile, "--samples", "5003", "--batch", "16", "--shards", "12", "--seed", "5",
            "--optimizer", "sgd", "--momentum", "0.9", "--learning-rate", "0.02", "--clip-norm", "1",
        ]);

    /// <summary>Small, and still more than one silo adds up alone: 87,354 parameters, of which each silo owns a part.</summary>
    public static JobRecipe Sliced { get; } = new(
        "sliced",
        [
            "--data", $"idx:{DataFolder}", "--model", SlicedFile, "--samples", "6001", "--batch", "14", "--shards", "7", "--seed", "4",
            "--optimizer", "sgd", "--learning-rate", "0.01",
        ]);

    /// <summary>1,042,004 parameters on small pictures: most of a step is the exchange of gradients.</summary>
    public static JobRecipe Wide { get; } = new(
        "wide",
        [
            "--data", $"idx:{DataFolder}", "--model", WideFile, "--samples", "6001", "--batch", "8", "--shards", "8", "--seed", "6",
            "--optimizer", "sgd", "--learning-rate", "0.01",
        ]);

    /// <summary>A real network: 600,810 parameters, tens of milliseconds a step.</summary>
    public static JobRecipe Digits { get; } =
        new("digits", ["--data", "digits", "--model", "keras1-mnist-cnn", "--samples", "2000", "--batch", "32", "--shards", "8", "--seed", "7"]);

    /// <summary>Writes the data set and the model of the tiny recipes.</summary>
    /// <param name="folder">The working folder of the commands.</param>
    /// <returns>The data folder, for silos.</returns>
    public static string WriteTiny(string folder)
    {
        string model =
            TinyData.Model.Replace("{\"type\": \"flatten\"}", "{\"type\": \"dropout\", \"rate\": 0.25}, {\"type\": \"flatten\"}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, ModelFile), model);
        File.WriteAllText(Path.Combine(folder, SlicedFile), Dense("sliced", 300, 250));
        File.WriteAllText(Path.Combine(folder, WideFile), Dense("wide", 1000, 1000));
        return TinyData.WriteIdx(Path.Combine(folder, DataFolder), TrainSamples);
    }

    /// <summary>Writes a model of dense layers of any size.</summary>
    /// <param name="folder">The working folder of the commands.</param>
    /// <param name="units">Units of the layers before the last.</param>
    /// <returns>A job on it, on the tiny recipes' data.</returns>
    public static JobRecipe WriteLarge(string folder, int[] units)
    {
        File.WriteAllText(Path.Combine(folder, "large.json"), Dense("large", units));
        return new JobRecipe(
            "large",
            [
                "--data", $"idx:{DataFolder}", "--model", "large.json", "--samples", "6001", "--batch", "6", "--shards", "3", "--seed", "3",
                "--optimizer", "sgd", "--learning-rate", "0.001",
            ]);
    }

    /// <summary>A model of dense layers over the 36 inputs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="units">Units of the layers before the last.</param>
    private static string Dense(string name, params int[] units)
    {
        string layers = string.Concat(units.Select(count => $$"""{"type": "dense", "units": {{count}}, "activation": "relu"}, """));
        return $$"""
            {"name": "{{name}}", "input": [6, 6, 1], "layers": [{"type": "flatten"}, {{layers}}{"type": "dense", "units": 4, "activation": "softmax"}]}
            """;
    }
}
