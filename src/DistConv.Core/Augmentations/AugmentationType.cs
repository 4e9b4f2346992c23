namespace DistConv.Core.Augmentations;

/// <summary>What an augmentation is and what amounts it takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does, in a few words for a list.</param>
public sealed record AugmentationType(string Name, string Summary)
{
    /// <summary>What its amount is, in capitals; null: it has none.</summary>
    public string? Amount { get; init; }

    /// <summary>The amount if none is given.</summary>
    public double Usual { get; init; }

    /// <summary>The smallest amount.</summary>
    public double Least { get; init; }

    /// <summary>The largest amount.</summary>
    public double Most { get; init; }

    /// <summary>Whether the amount is a whole number.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether it mixes samples with each other, instead of varying each by itself.</summary>
    public bool Mixes { get; init; }

    /// <summary>Whether it moves pixels along an affine map: neighbours in a list are composed and sampled once.</summary>
    public bool IsAffine { get; init; }

    /// <summary>How people write it: "flip" or "shift:PART".</summary>
    public string Form => Amount is null ? Name : $"{Name}:{Amount}";

    /// <summary>With the usual amount: "flip" or "shift:0.1".</summary>
    public string Example => new AugmentationSpec(Name, Usual).ToString();

    /// <summary>Which amounts are allowed, in words.</summary>
    public string Range => FormattableString.Invariant($"{(IsWhole ? "a whole number" : "a number")} from {Least} to {Most}");
}
