namespace DistConv.Core.Initializers;

/// <summary>
/// Which distribution the initial values of a weight come from, in Keras's vocabulary. A setting that is not given takes Keras's default; a setting that the
/// named initializer does not have is an error.
/// </summary>
/// <param name="Name">One of <see cref="Initializer.Names"/>.</param>
/// <param name="Value">Of <c>constant</c>: the value. Default 0.</param>
/// <param name="MinValue">Of <c>random_uniform</c>: the lower end. Default −0.05.</param>
/// <param name="MaxValue">Of <c>random_uniform</c>: the upper end. Default +0.05.</param>
/// <param name="Mean">Of <c>random_normal</c>: the mean. Default 0.</param>
/// <param name="StdDev">Of <c>random_normal</c>: the standard deviation, at least 0. Default 0.05.</param>
public sealed record InitializerSpec(
    string Name, float? Value = null, float? MinValue = null, float? MaxValue = null, float? Mean = null, float? StdDev = null);
