using DistConv.Core.Layers;
using DistConv.Core.Models;

namespace DistConv.Core.Networks;

/// <summary>
/// What training makes small: a number for one sample, from the network's logits and the sample's class. Several units are compared with 1 for the class's own
/// and 0 for the others; a single one with the class's number (so a single sigmoid unit with 0 or 1).
/// </summary>
public abstract unsafe class LossFunction
{
    /// <summary>Of a softmax: −log of the right class's probability; see <see cref="SoftmaxCrossEntropy"/>.</summary>
    public const string CategoricalCrossentropy = "categorical_crossentropy";

    /// <summary>Of sigmoid units: <c>max(x, 0) − x t + log(1 + e^−|x|)</c>, the mean over the units; gradient (σ(x) − t) / units.</summary>
    public const string BinaryCrossentropy = "binary_crossentropy";

    /// <summary>Of any values: <c>(y − t)²</c>, the mean over the units; gradient 2 (y − t) / units.</summary>
    public const string MeanSquaredError = "mean_squared_error";

    /// <summary>Of any values: <c>|y − t|</c>, the mean over the units; gradient sign(y − t) / units.</summary>
    public const string MeanAbsoluteError = "mean_absolute_error";

    private readonly float[]? _weights;

    private protected LossFunction(ModelPlan plan, int classes, LossOptions options)
    {
        (Kind, Units, Classes, Smoothing) = (plan.OutputKind, plan.Output.Size, classes, options.Smoothing);
        _weights = options.ClassWeights is { } weights ? [.. weights] : null;
    }

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [CategoricalCrossentropy, BinaryCrossentropy, MeanSquaredError, MeanAbsoluteError];

    /// <summary>What the model ends in.</summary>
    protected OutputKind Kind { get; }

    /// <summary>Number of logits.</summary>
    protected int Units { get; }

    /// <summary>Number of classes of the data.</summary>
    protected int Classes { get; }

    /// <summary>Label smoothing; 0: none.</summary>
    protected float Smoothing { get; }

    /// <summary>The loss of a model for which none is named.</summary>
    /// <param name="kind">What it ends in.</param>
    /// <returns>One of <see cref="Names"/>.</returns>
    public static string DefaultOf(OutputKind kind) => kind switch
    {
        OutputKind.Softmax => CategoricalCrossentropy,
        OutputKind.Sigmoid => BinaryCrossentropy,
        OutputKind.Values => MeanSquaredError,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no output of this kind"),
    };

    /// <summary>Why a model cannot be trained with a loss.</summary>
    /// <param name="name">The loss.</param>
    /// <param name="kind">What the model ends in.</param>
    /// <returns>The rest of a sentence whose subject is the loss; null: it can.</returns>
    public static string? FindProblem(string name, OutputKind kind)
    {
        if (!Names.Contains(name)) return $"is '{name}'; give one of {string.Join(", ", Names)}{Suggestion.DidYouMean(name, Names)}";
        string end = kind switch
        {
            OutputKind.Softmax => "a softmax",
            OutputKind.Sigmoid => "sigmoid units",
            OutputKind.Values => "numbers",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no output of this kind"),
        };
        string[] fitting = kind switch
        {
            OutputKind.Softmax => [CategoricalCrossentropy],
            OutputKind.Sigmoid => [BinaryCrossentropy, MeanSquaredError, MeanAbsoluteError],
            _ => [MeanSquaredError, MeanAbsoluteError],
        };
        return fitting.Contains(name) ? null : $"is '{name}', but the model ends in {end}; give {string.Join(" or ", fitting)}";
    }

    /// <summary>Whether a loss knows label smoothing.</summary>
    /// <param name="name">The loss.</param>
    /// <returns>True of the cross-entropies.</returns>
    public static bool Smooths(string name) => name is CategoricalCrossentropy or BinaryCrossentropy;

    /// <summary>The loss of a model.</summary>
    /// <param name="name">One of <see cref="Names"/> that fits; null: the model's default.</param>
    /// <param name="plan">The model.</param>
    /// <param name="classes">Number of classes of the data, at least 1.</param>
    /// <param name="options">What training adds to it; null: nothing, as on held-out samples.</param>
    /// <returns>The loss; it may be shared by threads.</returns>
    public static LossFunction Create(string? name, ModelPlan plan, int classes, LossOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        options ??= new LossOptions();
        return (name ?? DefaultOf(plan.OutputKind)) switch
        {
            CategoricalCrossentropy => new CategoricalLoss(plan, classes, options),
            BinaryCrossentropy => new BinaryCrossEntropyLoss(plan, classes, options),
            MeanSquaredError => new SquaredErrorLoss(plan, classes, options),
            MeanAbsoluteError => new AbsoluteErrorLoss(plan, classes, options),
            _ => throw new ArgumentException($"loss '{name}' is unknown", nameof(name)),
        };
    }

    /// <summary>Loss of one sample and, unless null, the gradient of its logits; both times the weight of its class.</summary>
    /// <param name="logits">A value for each unit.</param>
    /// <param name="label">The sample's class.</param>
    /// <param name="scratch">A float for each unit, overwritten.</param>
    /// <param name="gradLogits">A value for each unit, overwritten, or null.</param>
    /// <returns>The loss, and whether the model takes the sample for its class; see <see cref="OutputFunction.Class"/>.</returns>
    public (double Loss, bool Correct) Of(float* logits, int label, float* scratch, float* gradLogits) => Of(logits, label, null, scratch, gradLogits);

    /// <summary>Loss of one sample and, unless null, the gradient of its logits.</summary>
    /// <param name="logits">A value for each unit.</param>
    /// <param name="label">The sample's class; 0 if it has targets.</param>
    /// <param name="targets">What each unit is compared with; null: what the class says.</param>
    /// <param name="scratch">A float for each unit, overwritten.</param>
    /// <param name="gradLogits">A value for each unit, overwritten, or null.</param>
    /// <returns>The loss, and whether the sample is classified correctly. With targets: whether each output is on the same side of ½ as its target; of
    /// targets that are numbers (data without classes) false.</returns>
    public (double Loss, bool Correct) Of(float* logits, int label, float* targets, float* scratch, float* gradLogits)
    {
        (double loss, bool isCorrect) = Unweighted(logits, label, targets, scratch, gradLogits);
        if (_weights is null || targets != null) return (loss, isCorrect);
        float weight = _weights[label];
        for (int unit = 0; gradLogits != null && unit < Units; unit++) gradLogits[unit] *= weight;
        return (loss * weight, isCorrect);
    }

    /// <summary>The same without weights.</summary>
    private protected abstract (double Loss, bool Correct) Unweighted(float* logits, int label, float* targets, float* scratch, float* gradLogits);

    /// <summary>What a unit is compared with.</summary>
    private protected float Target(int unit, int label, float* targets) =>
        targets != null ? targets[unit] : Units == 1 ? label : unit == label ? 1f : 0f;

    /// <summary>Mean over the units of the distance between output and target, a chain in double over ascending units.</summary>
    /// <param name="logits">A value for each unit.</param>
    /// <param name="label">The sample's class.</param>
    /// <param name="targets">A target for each unit; empty: what the class says.</param>
    /// <param name="sums">Gets the distance of each unit added; empty: it is not wanted.</param>
    /// <returns>The mean absolute error of the sample.</returns>
    public double AbsoluteError(ReadOnlySpan<float> logits, int label, ReadOnlySpan<float> targets = default, Span<double> sums = default)
    {
        Span<float> outputs = Units <= 1024 ? stackalloc float[Units] : new float[Units];
        double sum = 0;
        fixed (float* x = logits, y = outputs, t = targets)
        {
            OutputFunction.Of(Kind, x, Units, y);
            for (int unit = 0; unit < Units; unit++)
            {
                double error = (double)y[unit] - Target(unit, label, t);
                if (error < 0) error = -error;
                sum += error;
                if (sums.Length > 0) sums[unit] += error;
            }
        }

        return sum / Units;
    }

    /// <summary>Softmax and cross-entropy.</summary>
    private sealed class CategoricalLoss(ModelPlan plan, int classes, LossOptions options) : LossFunction(plan, classes, options)
    {
        private protected override (double Loss, bool Correct) Unweighted(float* logits, int label, float* targets, float* scratch, float* gradLogits) =>
            SoftmaxCrossEntropy.Loss(logits, Units, label, scratch, gradLogits, Smoothing);
    }
}
