using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Numerics;

namespace DistConv.Core.Networks;

/// <summary>A loss that is a mean over the units: a chain in double over ascending units, then one division (docs/numerics.md, rule 9).</summary>
internal abstract unsafe class UnitLoss(ModelPlan plan, int classes, LossOptions options) : LossFunction(plan, classes, options)
{
    /// <inheritdoc/>
    private protected sealed override (double Loss, bool Correct) Unweighted(float* logits, int label, float* targets, float* scratch, float* gradLogits)
    {
        double sum = 0;
        for (int unit = 0; unit < Units; unit++)
        {
            float target = Smoothed(Target(unit, label, targets));
            sum += Term(logits[unit], target);
            if (gradLogits != null) gradLogits[unit] = Slope(logits[unit], target) / Units;
        }

        bool isCorrect = targets != null ? IsEachRight(logits, targets) : OutputFunction.Class(Kind, new ReadOnlySpan<float>(logits, Units), Classes) == label;
        return (sum / Units, isCorrect);
    }

    /// <summary>Whether each output is on the side of ½ of its target, if there are classes at all.</summary>
    private bool IsEachRight(float* logits, float* targets)
    {
        float half = Kind == OutputKind.Sigmoid ? 0f : 0.5f;
        for (int unit = 0; unit < Units; unit++)
        {
            if (logits[unit] > half != targets[unit] > 0.5f) return false;
        }

        return Classes > 0;
    }

    /// <summary>A target after label smoothing.</summary>
    protected virtual float Smoothed(float target) => target;

    /// <summary>The loss of a unit.</summary>
    protected abstract double Term(float logit, float target);

    /// <summary>Its derivative with respect to the logit.</summary>
    protected abstract float Slope(float logit, float target);

    /// <summary>The output of a unit.</summary>
    protected float Output(float logit) => Kind == OutputKind.Sigmoid ? OutputFunction.Sigmoid(logit) : logit;

    /// <summary>A derivative with respect to the output, times that of the output: 1, or σ′ = y − y² as in the sigmoid layer.</summary>
    protected float Chain(float slope, float output) =>
        Kind == OutputKind.Sigmoid ? slope * MathF.FusedMultiplyAdd(-output, output, output) : slope;
}

/// <summary><c>max(x, 0) − x t + log(1 + e^−|x|)</c> of sigmoid units.</summary>
internal sealed class BinaryCrossEntropyLoss(ModelPlan plan, int classes, LossOptions options) : UnitLoss(plan, classes, options)
{
    /// <inheritdoc/>
    protected override double Term(float logit, float target)
    {
        double x = logit;
        return (x > 0 ? x : 0) - (x * target) + LogOfOneAnd(ExactMath.Exp(x > 0 ? -x : x));
    }

    /// <inheritdoc/>
    protected override float Slope(float logit, float target) => OutputFunction.Sigmoid(logit) - target;

    /// <summary>t (1 − α) + α / 2.</summary>
    protected override float Smoothed(float target) => MathF.FusedMultiplyAdd(target, 1f - Smoothing, 0.5f * Smoothing);

    /// <summary>log(1 + e) for 0 ≤ e ≤ 1, exact for small e too: what the sum loses is given back by the quotient (Kahan).</summary>
    private static double LogOfOneAnd(double e)
    {
        double sum = 1 + e;
        return sum == 1 ? e : ExactMath.Log(sum) * (e / (sum - 1));
    }
}

/// <summary><c>(y − t)²</c>.</summary>
internal sealed class SquaredErrorLoss(ModelPlan plan, int classes, LossOptions options) : UnitLoss(plan, classes, options)
{
    /// <inheritdoc/>
    protected override double Term(float logit, float target)
    {
        double error = (double)Output(logit) - target;
        return error * error;
    }

    /// <inheritdoc/>
    protected override float Slope(float logit, float target)
    {
        float output = Output(logit);
        return Chain(2f * (output - target), output);
    }
}

/// <summary><c>|y − t|</c>; where y = t the derivative is +0.</summary>
internal sealed class AbsoluteErrorLoss(ModelPlan plan, int classes, LossOptions options) : UnitLoss(plan, classes, options)
{
    /// <inheritdoc/>
    protected override double Term(float logit, float target)
    {
        double error = (double)Output(logit) - target;
        return error < 0 ? -error : error;
    }

    /// <inheritdoc/>
    protected override float Slope(float logit, float target)
    {
        float output = Output(logit), error = output - target;
        return Chain(error > 0f ? 1f : error < 0f ? -1f : error == 0f ? 0f : error, output); // NaN stays NaN.
    }
}
