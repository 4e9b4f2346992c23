namespace DistConv.Benchmarks;

/// <summary>What both sides train.</summary>
/// <param name="Model">A built-in model.</param>
/// <param name="Batch">Samples of a step.</param>
/// <param name="Threads">Compute threads.</param>
internal sealed record PeerCase(string Model, int Batch, int Threads)
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
        new("keras1-mnist-cnn", 32, 2),
        new("keras1-mnist-cnn", 512, 2),
    ];
}
