using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Softmax;

/// <summary>Softmax of one row: <c>exp(x_i − m) / Σ exp(x_j − m)</c>, m being the first largest value, the sum over ascending indices.</summary>
internal static unsafe class SoftmaxFunction
{
    /// <summary>The row's softmax.</summary>
    /// <param name="x">count values.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="y">count values, overwritten; may be <paramref name="x"/>.</param>
    public static void Of(float* x, int count, float* y)
    {
        float sum = Exponentials(x, count, x[ArgMax(x, count)], y);
        for (int i = 0; i < count; i++) y[i] /= sum;
    }

    /// <summary>The first largest value; NaN counts as largest, so that it is noticed.</summary>
    /// <param name="values">count values.</param>
    /// <param name="count">At least 1.</param>
    public static int ArgMax(float* values, int count)
    {
        int best = 0;
        for (int i = 1; i < count; i++)
        {
            if (values[i] > values[best] || float.IsNaN(values[i])) best = i;
        }

        return best;
    }

    /// <summary>The exponentials and their sum.</summary>
    /// <param name="x">count values.</param>
    /// <param name="count">How many.</param>
    /// <param name="max">The largest of them.</param>
    /// <param name="exponentials">count values, overwritten.</param>
    public static float Exponentials(float* x, int count, float max, float* exponentials)
    {
        float sum = 0f;
        for (int i = 0; i < count; i++)
        {
            exponentials[i] = ExactMath.Exp(x[i] - max);
            sum += exponentials[i];
        }

        return sum;
    }
}
