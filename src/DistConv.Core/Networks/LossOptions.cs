namespace DistConv.Core.Networks;

/// <summary>What training adds to a loss; held-out loss knows neither.</summary>
/// <param name="Smoothing">Label smoothing, 0 … 1, as Keras defines it: α moves the target of a softmax from y to y (1 − α) + α / classes, that of a sigmoid
/// unit to y (1 − α) + α / 2. Only the cross-entropies know it. Default: 0.</param>
/// <param name="ClassWeights">A factor for each class, at least 0, by which loss and gradient of its samples are multiplied; the division stays that by the
/// number of samples, as in Keras. Null (the default): 1.</param>
public sealed record LossOptions(float Smoothing = 0, IReadOnlyList<float>? ClassWeights = null);
