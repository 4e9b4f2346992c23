using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Softmax;
using DistConv.Core.Numerics;

namespace DistConv.Core.Networks;

/// <summary>
/// From the values that a network computes (the <i>logits</i>) to the outputs of its model. A softmax or sigmoid at the end of a model is no step of the
/// network: losses are computed from the logits, where they are exact for certain answers too.
/// </summary>
public static unsafe class OutputFunction
{
    /// <summary>The outputs of one sample: <c>exp(x_c − m) / Σ exp(x_j − m)</c> with m = the first largest logit and the sum over ascending c;
    /// <c>1 / (1 + e⁻ˣ)</c>, with the bits of the layer; or the logits themselves.</summary>
    /// <param name="kind">What the model ends in.</param>
    /// <param name="logits">count values.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="outputs">count values, overwritten; may be <paramref name="logits"/>.</param>
    public static void Of(OutputKind kind, float* logits, int count, float* outputs)
    {
        switch (kind)
        {
            case OutputKind.Softmax:
                SoftmaxFunction.Of(logits, count, outputs);
                break;
            case OutputKind.Sigmoid:
                for (int i = 0; i < count; i++) outputs[i] = Sigmoid(logits[i]);
                break;
            case OutputKind.Values:
                new ReadOnlySpan<float>(logits, count).CopyTo(new Span<float>(outputs, count));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "no output of this kind");
        }
    }

    /// <summary>The class that one sample is taken for: the first largest of several logits; of one sigmoid unit, 1 if its logit is above 0, so its
    /// probability above ½; of one number, the class whose number is nearest, of two the higher.</summary>
    /// <param name="kind">What the model ends in.</param>
    /// <param name="logits">At least one.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <returns>0 … classes − 1.</returns>
    public static int Class(OutputKind kind, ReadOnlySpan<float> logits, int classes)
    {
        if (logits.Length > 1)
        {
            fixed (float* values = logits) return SoftmaxFunction.ArgMax(values, logits.Length);
        }

        float x = logits[0];
        return kind switch
        {
            OutputKind.Softmax => 0,
            OutputKind.Sigmoid => x > 0f ? 1 : 0,
            OutputKind.Values => !(x > 0f) ? 0 : x >= classes - 1 ? classes - 1 : (int)((double)x + 0.5),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no output of this kind"),
        };
    }

    /// <summary>One lane of the sigmoid layer.</summary>
    internal static float Sigmoid(float x) => SimdMath<ScalarSimd, float>.Sigmoid(x);
}
