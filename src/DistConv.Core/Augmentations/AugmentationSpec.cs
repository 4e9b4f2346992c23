using System.Text.Json.Serialization;

namespace DistConv.Core.Augmentations;

/// <summary>A way in which training samples are varied at random before the model sees them.</summary>
/// <param name="Name">One of <see cref="AugmentationTypes.Names"/>.</param>
/// <param name="Amount">How much, as <see cref="AugmentationType.Amount"/> says; 0, which is not written, where there is no amount.</param>
public sealed record AugmentationSpec(string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Amount = 0)
{
    /// <summary>The form in which people write it: "flip" or "shift:0.1".</summary>
    /// <returns>Name and amount.</returns>
    public override string ToString() => Amount == 0 ? Name : FormattableString.Invariant($"{Name}:{Amount}");
}
