using DistConv.Core.Initializers;
using DistConv.Core.Models;

namespace DistConv.Filters.Explanations;

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
        return plan.Layer switch
        {
            Conv2DSpec conv => ConvolutionText.Explain(plan, conv),
            DenseSpec dense => PlainText.Dense(plan, dense),
            Pool2DSpec pool => PlainText.Pooling(plan, pool),
            _ => PlainText.Other(plan),
        };
    }

    /// <summary>How a layer's weights begin, and why so.</summary>
    internal static string Beginning(InitializerSpec initializer, int fanIn, int fanOut) =>
        $"Before training the weights are random numbers: {Initializer.Describe(initializer, fanIn, fanOut)}. {Reason(initializer)}";

    /// <summary>What an activation does, as a sentence.</summary>
    internal static string ActivationSentence(Activation activation) => activation switch
    {
        Activation.Relu => "Then comes ReLU: what is negative becomes 0, so a feature is there, more or less, or it is not.",
        Activation.Softmax => "Then comes softmax, p[i] = exp(y[i]) / Σ exp(y[j]): all outputs become positive with the sum 1, to be read as probabilities.",
        _ => "There is no activation: the output is that sum as it is.",
    };

    /// <summary>"320 = 288 weights + 32 biases".</summary>
    internal static string Parameters(LayerPlan plan, string weights) =>
        $"{weights} = {plan.KernelParameters:N0} weights{(plan.BiasParameters > 0 ? $" and {plan.BiasParameters:N0} biases (one for each output channel): {plan.Parameters:N0} numbers to be learned" : ", no biases")}.";

    /// <summary>What an output costs.</summary>
    internal static string Cost(LayerPlan plan, string outputs) =>
        $"{outputs} = {plan.MultiplyAddsForward:N0} multiply-adds a picture. Training takes {(plan.NeedsInputGradient ? "three times as many: forward, for the gradient of the weights, and for the gradient "
        + "that the layer before needs" : "twice as many: forward, and for the gradient of the weights (nothing that learns lies before it, so no gradient is sent back)")}.";

    private static string Reason(InitializerSpec initializer) => initializer.Name switch
    {
        "glorot_uniform" or "glorot_normal" =>
            "They are random so that the outputs differ from each other: equal ones would get equal gradients and stay equal. Their spread is the one of Glorot and Bengio (2010): variance 2 / (fanIn + fanOut) keeps "
            + "the signals on their way forward and the gradients on their way back at about one size from layer to layer.",
        "he_uniform" or "he_normal" =>
            "They are random so that the outputs differ from each other. Their spread is the one of He et al. (2015): variance 2 / fanIn keeps the signal's size through a ReLU, which removes half of it.",
        "lecun_uniform" or "lecun_normal" =>
            "They are random so that the outputs differ from each other. Their spread is the one of LeCun et al. (1998): variance 1 / fanIn makes a sum of fanIn inputs as large as one of them.",
        "zeros" or "ones" or "constant" =>
            "All outputs are the same then and get the same gradient, so they stay the same: choose a random initialiser such as glorot_uniform.",
        _ => "They are random so that the outputs differ from each other; their spread does not depend on the layer's size.",
    };
}
