using DistConv.Filters.Exports;

namespace DistConv.Filters.Imports;

/// <summary>Which of a model's weights come from a file.</summary>
/// <param name="Drawn">Names of the layers whose weights do not. The file may have them, in any shape.</param>
/// <param name="Remedy">What a message about tensors of other shapes ends with, or an empty text.</param>
public sealed record WeightScope(IReadOnlyList<string> Drawn, string Remedy)
{
    /// <summary>All of them.</summary>
    public static WeightScope All { get; } = new([], "");

    /// <summary>Whether a weight does not come from the file.</summary>
    internal bool IsDrawn(WeightForm form) => Drawn.Contains(form.Layer.Name);
}
