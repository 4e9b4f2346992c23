namespace DistConv.Benchmarks;

/// <summary>What both sides run.</summary>
/// <param name="Model">A built-in model.</param>
/// <param name="Batch">Samples of a step.</param>
/// <param name="Threads">Compute threads.</param>
/// <param name="ForwardOnly">The forward pass of inference instead of a training step.</param>
internal sealed record PeerCase(string Model, int Batch, int Threads, bool ForwardOnly = false)
{
    /// <summary>The cases that are compared when none is named.</summary>
    public static IReadOnlyList<PeerCase> All { get; } =
    [
        new("keras1-mnist-cnn", 128, 2),
        new("keras1-mnist-cnn", 128, 1),
        new("keras2-mnist-cnn", 128, 2),
        new("keras2-mnist-cnn", 128, 1),
        new("keras3-mnist-convnet", 128, 2),
        new("lenet5", 128, 2),
        new("cifar10-cnn", 64, 2),
        new("resnet20", 64, 2),
        new("mini-mobilenet", 64, 2),
        new("keras1-mnist-cnn", 32, 2),
        new("keras1-mnist-cnn", 512, 2),
        new("keras1-mnist-cnn", 128, 2, ForwardOnly: true),
    ];

    /// <summary>The model, and what is run of it if that is not a training step.</summary>
    public string Title => ForwardOnly ? $"{Model}, forward only" : Model;

    /// <summary>The arguments of <c>distconv bench step</c>.</summary>
    /// <param name="seconds">Length of a measurement.</param>
    public string[] OwnArguments(string seconds) =>
    [
        "--model", Model, "--batch", $"{Batch}", "--threads", $"{Threads}", "--seconds", seconds,
        .. ForwardOnly ? (string[])["--forward-only"] : ["--optimizer", "sgd", "--momentum", "0.9"],
    ];

    /// <summary>The arguments of DistConv.Benchmarks.TorchSharp.</summary>
    /// <param name="seconds">Length of a measurement.</param>
    public string[] PeerArguments(string seconds) => [Model, $"{Batch}", $"{Threads}", seconds, .. ForwardOnly ? (string[])["forward"] : []];
}
