namespace DistConv.Client;

/// <summary>Weights of a trained model as numbers.</summary>
/// <param name="Name">Layer and role, such as "conv1/kernel" or "dense1/bias".</param>
/// <param name="Shape">Convolution kernels: height, width, input channels, output channels (HWIO). Dense kernels: inputs, outputs. Biases: outputs.</param>
/// <param name="Values">The values, the last dimension fastest.</param>
public sealed record ModelTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
