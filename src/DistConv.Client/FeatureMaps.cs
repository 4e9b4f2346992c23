using DistConv.Core.Shapes;

namespace DistConv.Client;

/// <summary>What a layer made of an input, after its activation.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Shape">Height, width and channels.</param>
/// <param name="Values">The values, NHWC.</param>
public sealed record FeatureMaps(string Layer, TensorShape Shape, ReadOnlyMemory<float> Values);
