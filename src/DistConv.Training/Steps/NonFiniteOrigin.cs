namespace DistConv.Training.Steps;

/// <summary>What of a step was not finite.</summary>
public enum NonFinitePart
{
    /// <summary>A parameter, before the step: the update before it overflowed.</summary>
    Weights,

    /// <summary>The network's input.</summary>
    Input,

    /// <summary>The output of a layer.</summary>
    Output,

    /// <summary>The loss, of finite logits.</summary>
    Loss,

    /// <summary>The gradient of a parameter.</summary>
    Gradient,

    /// <summary>The gradient of a layer's input.</summary>
    InputGradient,
}

/// <summary>
/// Why a step's loss or gradient is not finite: the first value on the way that is not, as <see cref="Replica.DiagnoseNonFiniteAsync"/> finds it.
/// </summary>
/// <param name="Step">The step.</param>
/// <param name="Part">What was not finite.</param>
/// <param name="Layer">The layer that computed it; null for <see cref="NonFinitePart.Input"/> and <see cref="NonFinitePart.Loss"/>.</param>
/// <param name="Tensor">The parameter tensor; null unless <see cref="NonFinitePart.Weights"/> or <see cref="NonFinitePart.Gradient"/>.</param>
/// <param name="Shard">The shard; null: every shard's gradient is finite and their sum is not, or no single sample has one.</param>
/// <param name="Sample">Index in the training set; null: every sample's gradient is finite and the shard's sum is not.</param>
public sealed record NonFiniteOrigin(long Step, NonFinitePart Part, string? Layer, string? Tensor, int? Shard, int? Sample)
{
    /// <summary>One line, such as "step 812: the output of layer conv2 is not finite for sample 4711 (shard 5)".</summary>
    public string Text => $"step {Step}: {What} {Where}";

    private string What => Part switch
    {
        NonFinitePart.Weights => $"the weights {Tensor}",
        NonFinitePart.Input => "the input",
        NonFinitePart.Output => $"the output of layer {Layer}",
        NonFinitePart.Loss => "the loss",
        NonFinitePart.Gradient => $"the gradient of {Tensor}",
        NonFinitePart.InputGradient => $"the gradient of the input of layer {Layer}",
        _ => throw new InvalidOperationException($"no words for {Part}"),
    };

    private string Where => (Part, Shard, Sample) switch
    {
        (NonFinitePart.Weights, _, _) => "are not finite since the update before it",
        (_, { } shard, { } sample) => $"is not finite for sample {sample} (shard {shard})",
        (_, { } shard, null) => $"is not finite in the sum over shard {shard}, but for each of its samples it is",
        (_, null, _) => "is not finite in the sum over the shards, but for each shard it is",
    };
}
