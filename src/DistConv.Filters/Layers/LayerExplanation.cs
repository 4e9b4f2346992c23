using System.Globalization;
using DistConv.Core.Initializers;
using DistConv.Core.Layers;

namespace DistConv.Filters.Layers;

/// <summary>What a layer is, for somebody who is new to convolutional networks, with the numbers of this layer.</summary>
/// <param name="Plan">The layer in its place.</param>
/// <param name="Sections">Headings with their text; lines that begin with spaces are formulas and tables, to be left as they are.</param>
public sealed record LayerExplanation(LayerPlan Plan, IReadOnlyList<(string Heading, string Text)> Sections)
{
    /// <summary>The product and sum for one output in formula, or null for a layer that has none.</summary>
    public string? Formula { get; init; }

    /// <summary>What the weights are drawn from, or null for a layer without weights.</summary>
    public string? InitialDistribution { get; init; }

    /// <summary>Inputs of an output, as the initialisers count them; 0 for a layer without weights.</summary>
    public int FanIn { get; init; }

    /// <summary>Outputs that an input reaches, likewise.</summary>
    public int FanOut { get; init; }

    /// <summary>Explains a layer.</summary>
    /// <param name="plan">The layer in its place.</param>
    /// <returns>The explanation.</returns>
    public static LayerExplanation Of(LayerPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return LayerForms.Of(plan.Layer).Explain(plan);
    }

    /// <summary>The explanation of a layer that learns nothing.</summary>
    internal static LayerExplanation WithoutWeights(LayerPlan plan, string text) => new(
        plan, [("What it computes", text), ($"The output: {plan.Output}", $"From {plan.Input}."), ("Parameters", "None: nothing here is learned.")]);

    /// <summary>How a layer's weights begin, and why so.</summary>
    /// <param name="initializer">Where they come from.</param>
    /// <param name="fanIn">Inputs of an output.</param>
    /// <param name="fanOut">Outputs that an input reaches.</param>
    /// <param name="fans">Lines that define fan_in and fan_out, indented.</param>
    internal static string Beginning(InitializerSpec initializer, int fanIn, int fanOut, string fans)
    {
        string formula = initializer.Name switch
        {
            "glorot_uniform" => Uniform("√(6 / (fan_in + fan_out))", 6.0 / (fanIn + fanOut)),
            "he_uniform" => Uniform("√(6 / fan_in)", 6.0 / fanIn),
            "lecun_uniform" => Uniform("√(3 / fan_in)", 3.0 / fanIn),
            "glorot_normal" => Normal("√(2 / (fan_in + fan_out))", 2.0 / (fanIn + fanOut)),
            "he_normal" => Normal("√(2 / fan_in)", 2.0 / fanIn),
            "lecun_normal" => Normal("√(1 / fan_in)", 1.0 / fanIn),
            "random_uniform" or "random_normal" or "zeros" or "ones" or "constant" => "", // The layer's size has no part in them.
            _ => throw new InvalidOperationException($"no formula for the initialiser '{initializer.Name}'"),
        };
        string by = $"{(initializer.Name == Initializer.Default ? "the default initialiser, " : "")}{initializer.Name}";
        string drawn = $"Before training the weights are random numbers, drawn by {by}.";
        return formula.Length > 0
            ? $"{drawn} Its limits follow from the size of the layer:\n\n{fans}\n{formula}\n\n{Reason(initializer)}"
            : $"Before training the weights are {Initializer.Describe(initializer, fanIn, fanOut)}. {Reason(initializer)}";
    }

    private static string Uniform(string limit, double square)
    {
        string value = Math.Sqrt(square).ToString("F4", CultureInfo.InvariantCulture);
        return $"    L = {limit} = {value}\n    w ~ U(-{value}, +{value})  (uniform between -L and +L)";
    }

    private static string Normal(string deviation, double variance) => string.Create(
        CultureInfo.InvariantCulture, $"    std = {deviation} = {Math.Sqrt(variance):F4}\n    w ~ normal with mean 0 and this standard deviation, truncated");

    /// <summary>What an activation does, as a sentence.</summary>
    internal static string ActivationSentence(Activation activation) => activation switch
    {
        Activation.Relu => "Then comes ReLU, which replaces negative outputs by 0.",
        Activation.Softmax =>
            "Then comes softmax, p[i] = exp(y[i]) / Σ exp(y[j]): all outputs become positive, their sum becomes 1, and they are read as probabilities.",
        Activation.Linear => "It applies no activation itself: the output is that sum as it is. An activation behind it is a layer of its own.",
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "there is no explanation of this activation"),
    };

    /// <summary>"320 = 288 weights + 32 biases".</summary>
    internal static string Parameters(LayerPlan plan, string weights)
    {
        string biases = plan.BiasParameters == 0
            ? ", no biases"
            : $" and {plan.BiasParameters:N0} biases (one per {(plan.Tensors[0].Shape.Count == 2 ? "unit" : "filter")}): {plan.Weights:N0} parameters";
        string frozen = plan.Layer.IsTrainable ? "" : " The layer is frozen: training does not change them.";
        return $"{weights} = {plan.KernelParameters:N0} weights{biases}.{frozen}";
    }

    /// <summary>What an output costs.</summary>
    internal static string Cost(LayerPlan plan, string outputs) =>
        $"{outputs} = {plan.MultiplyAddsForward:N0} multiply-adds a picture. Training takes " + (!plan.Layer.IsTrainable
            ? plan.NeedsInputGradient ? "twice as many: forward, and for the gradient that the layer before needs." : "as many: the layer is frozen."
            : plan.NeedsInputGradient
            ? "three times as many: forward, for the gradient of the weights, and for the gradient that the layer before needs."
            : "twice as many: forward, and for the gradient of the weights (no layer before it learns, so it sends no gradient back).");

    private const string Random = "They are random so that the outputs differ: equal ones would get equal gradients and stay equal.";

    private static string Reason(InitializerSpec initializer) => initializer.Name switch
    {
        "glorot_uniform" or "glorot_normal" =>
            $"{Random} The variance is 2 / (fan_in + fan_out)"
            + $"{(initializer.Name == "glorot_uniform" ? ", since numbers that are uniform between -L and +L have the variance L²/3" : "")}. "
            + "Glorot and Bengio (2010) derived it: it keeps the signals on the way forward and the gradients on the way back at about the same size from "
            + "layer to layer.",
        "he_uniform" or "he_normal" =>
            $"{Random} The variance is 2 / fan_in (He et al. 2015), which keeps the signal's size through a ReLU, which removes half of it.",
        "lecun_uniform" or "lecun_normal" =>
            $"{Random} The variance is 1 / fan_in (LeCun et al. 1998), which makes a sum of fan_in inputs as large as one of them.",
        "zeros" or "ones" or "constant" =>
            "All outputs are the same then and get the same gradient, so they stay the same: choose a random initialiser such as glorot_uniform.",
        "random_uniform" or "random_normal" => $"{Random} Their spread does not depend on the layer's size.",
        _ => throw new InvalidOperationException($"no explanation of the initialiser '{initializer.Name}'"),
    };
}
