namespace DistConv.Training.Specification;

/// <summary>The learning rate of a layer, as a part of the job's.</summary>
public sealed record LayerRate
{
    /// <summary>The layer's name. In a request it may be a pattern, with '*' for any characters and '?' for one.</summary>
    public required string Layer { get; init; }

    /// <summary>By what the learning rate of each step is multiplied for the layer's tensors, in single precision: above 0, at most
    /// <see cref="LayerSettings.MaxFactor"/>.</summary>
    public required float Factor { get; init; }
}
