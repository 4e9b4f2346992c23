using DistConv.Core;
using DistConv.Core.Reading;

namespace DistConv.Filters.Imports;

/// <summary>What a weight file says about one of its arrays, before any of its values is read.</summary>
/// <param name="Name">The name, as the file has it.</param>
/// <param name="Shape">The dimensions, checked by <see cref="CheckShape"/>.</param>
internal sealed record WeightTensor(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>The largest number of tensors in a file: four for each layer of the largest model, as batch normalisation has.</summary>
    public const int MaxTensors = 4 * ModelLimits.MaxLayers;

    private const int MaxDimensions = 8; // Weights have 1, 2 or 4; this bounds the message about others.

    /// <summary>Number of values.</summary>
    public int Length => Shape.Aggregate(1, (product, dimension) => product * dimension);

    /// <summary>Turns the dimensions in a file into a shape.</summary>
    /// <param name="where">"'file': tensor 'name'", for the message.</param>
    /// <param name="dimensions">The dimensions in the file.</param>
    /// <returns>The shape; the product of its dimensions is at most <see cref="ModelLimits.MaxParameters"/>.</returns>
    /// <exception cref="InvalidInputException">It is larger than any model's, or it has too many dimensions.</exception>
    public static int[] CheckShape(string where, IReadOnlyList<long> dimensions)
    {
        if (dimensions.Count > MaxDimensions) throw new InvalidInputException($"{where} has {dimensions.Count:N0} dimensions; a weight has 1, 2 or 4");
        long length = 1;
        foreach (long dimension in dimensions)
        {
            if (dimension is >= 1 and <= ModelLimits.MaxParameters && (length *= dimension) <= ModelLimits.MaxParameters) continue;
            string shape = string.Join(", ", dimensions);
            throw new InvalidInputException($"{where} has the shape [{shape}]; a model has 1 to {ModelLimits.MaxParameters:N0} parameters");
        }

        return [.. dimensions.Select(dimension => (int)dimension)];
    }
}
