namespace DistConv.Core.Layers;

/// <summary>How the samples of a step go through a layer.</summary>
public enum LayerPhase
{
    /// <summary>Sample by sample, each independent of the others.</summary>
    Sample,

    /// <summary>The samples of a shard together: each depends on all of them.</summary>
    Shard,

    /// <summary>All samples at once, in units of work that are slices of the output.</summary>
    Batch,
}

/// <summary>What a pass over a network has to know of a layer before there are operators. Counts are floats.</summary>
public readonly record struct LayerTraits
{
    /// <summary>How samples go through it.</summary>
    public LayerPhase Phase { get; init; }

    /// <summary>Whether the output is the input, untouched: the two share their memory.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>Whether the output is what ReLU gave.</summary>
    public bool EndsInRelu { get; init; }

    /// <summary>Whether it may write its output over its only input.</summary>
    public bool WorksInPlace { get; init; }

    /// <summary>Whether the gradient of each input is that of the output, value by value: the two may share their memory.</summary>
    public bool PassesGradient { get; init; }

    /// <summary>As which step of its epilogue a layer before this one can do its work.</summary>
    public EpilogueStep EpilogueStep { get; init; }

    /// <summary>Whether the backward pass, or the gradient of a parameter, reads the inputs.</summary>
    public bool ReadsInput { get; init; }

    /// <summary>Whether the backward pass reads the output.</summary>
    public bool ReadsOutput { get; init; }

    /// <summary>Whether the output depends on the inputs alone and may be computed again instead of being kept.</summary>
    public bool MayRecompute { get; init; }

    /// <summary>What the backward pass needs a sample besides inputs and output; of phase shard, what a layer keeps of a sample and of its shard.</summary>
    public int StateLength { get; init; }

    /// <summary>Scratch memory of a thread, at most.</summary>
    public double ScratchEstimate { get; init; }

    /// <summary>Packed weights.</summary>
    public double PackedEstimate { get; init; }

    /// <summary>Memory of a thread for the gradient of the parameters, times the levels of the shard tree.</summary>
    public double GradientEstimate { get; init; }
}
