namespace DistConv.Core.Initializers;

/// <summary>An initialiser and its settings, in Keras's vocabulary. A setting that is null has the initialiser's default.</summary>
/// <param name="Name">One of Keras's names, for example "glorot_uniform".</param>
/// <param name="Value">constant: the value.</param>
/// <param name="MinValue">random_uniform: lower bound.</param>
/// <param name="MaxValue">random_uniform: upper bound.</param>
/// <param name="Mean">random_normal: mean.</param>
/// <param name="StdDev">random_normal: standard deviation.</param>
public sealed record InitializerSpec(
    string Name, float? Value = null, float? MinValue = null, float? MaxValue = null, float? Mean = null, float? StdDev = null);
