using DistConv.Core;
using DistConv.Core.Models;

namespace DistConv.Filters.Imports;

/// <summary>A named array of a weight file.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Values">Row-major.</param>
internal sealed record WeightTensor(string Name, IReadOnlyList<int> Shape, float[] Values)
{
    /// <summary>Turns a file's dimensions into a shape, before anything is allocated for it.</summary>
    /// <param name="where">"'file': tensor 'name'", for the message.</param>
    /// <param name="dimensions">What the file says.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="InvalidInputException">It is larger than any model's.</exception>
    public static int[] CheckShape(string where, IReadOnlyList<long> dimensions)
    {
        long length = 1;
        foreach (long dimension in dimensions)
        {
            if (dimension is < 1 or > ModelLimits.MaxParameters || (length *= dimension) > ModelLimits.MaxParameters)
                throw new InvalidInputException($"{where} has the shape [{string.Join(", ", dimensions)}]; a model has 1 to {ModelLimits.MaxParameters:N0} parameters");
        }

        return [.. dimensions.Select(dimension => (int)dimension)];
    }

    /// <summary>Number of values of a shape.</summary>
    public static int Length(IReadOnlyList<int> shape) => shape.Aggregate(1, (product, dimension) => product * dimension);
}
