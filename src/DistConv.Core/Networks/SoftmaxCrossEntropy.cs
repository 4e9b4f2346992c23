using DistConv.Core.Layers.Softmax;
using DistConv.Core.Numerics;

namespace DistConv.Core.Networks;

/// <summary>
/// Softmax and cross-entropy in one: with m = the first largest logit, <c>p_c = exp(x_c − m) / Σ exp(x_j − m)</c> and loss = log Σ exp(x_j − m) − (x_label −
/// m), all sums over ascending classes.
/// </summary>
public static unsafe class SoftmaxCrossEntropy
{
    /// <summary>Probabilities of one sample.</summary>
    /// <param name="logits">classes values.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="probabilities">classes values, overwritten; may be <paramref name="logits"/>.</param>
    public static void Probabilities(float* logits, int classes, float* probabilities) => SoftmaxFunction.Of(logits, classes, probabilities);

    /// <summary>Loss of one sample and, unless null, the gradient <c>p − onehot(label)</c> of its logits. With smoothing α the target y of each class is not
    /// onehot but <c>onehot (1 − α) + α / classes</c>, and the loss is <c>log Σ exp(x_j − m) − Σ y_c (x_c − m)</c>.</summary>
    /// <param name="logits">classes values.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="label">The right class.</param>
    /// <param name="scratch">classes floats, overwritten.</param>
    /// <param name="gradLogits">classes values, overwritten, or null.</param>
    /// <param name="smoothing">α, 0 … 1. Default: 0.</param>
    /// <returns>The loss in natural units, and whether the first largest logit is the label's.</returns>
    public static (double Loss, bool Correct) Loss(float* logits, int classes, int label, float* scratch, float* gradLogits, float smoothing = 0)
    {
        int best = ArgMax(logits, classes);
        float max = logits[best];
        float sum = SoftmaxFunction.Exponentials(logits, classes, max, scratch), other = smoothing / classes, own = 1f - smoothing + other;
        if (gradLogits != null)
        {
            for (int c = 0; c < classes; c++)
            {
                float p = scratch[c] / sum;
                gradLogits[c] = c == label ? p - own : p - other;
            }
        }

        if (smoothing > 0f)
        {
            double mean = 0;
            for (int c = 0; c < classes; c++) mean += (c == label ? own : other) * ((double)logits[c] - max);
            return (ExactMath.Log((double)sum) - mean, best == label);
        }

        return (ExactMath.Log((double)sum) - ((double)logits[label] - max), best == label);
    }

    /// <summary>The first largest value; NaN counts as largest, so that it is noticed.</summary>
    /// <param name="values">count values.</param>
    /// <param name="count">At least 1.</param>
    /// <returns>Its index.</returns>
    public static int ArgMax(float* values, int count) => SoftmaxFunction.ArgMax(values, count);
}
