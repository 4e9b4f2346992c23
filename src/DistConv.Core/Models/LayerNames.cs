namespace DistConv.Core.Models;

/// <summary>Layers that a person names.</summary>
public static class LayerNames
{
    /// <summary>Finds the layers of these names.</summary>
    /// <typeparam name="T">What stands for a layer.</typeparam>
    /// <param name="model">Name of the model, for messages.</param>
    /// <param name="kind">What there is to choose from, for messages: "layer", "convolution".</param>
    /// <param name="layers">The model's layers of this kind.</param>
    /// <param name="nameOf">Reads a layer's name.</param>
    /// <param name="names">The names, in any order.</param>
    /// <returns>The named ones in the model's order, each once; none if nothing is named.</returns>
    /// <exception cref="InvalidInputException">The model has no layer of this kind, or none of such a name.</exception>
    public static T[] Choose<T>(string model, string kind, IReadOnlyList<T> layers, Func<T, string> nameOf, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(names);
        if (layers.Count == 0) throw new InvalidInputException($"model '{model}' has no {kind} to show");
        string[] known = [.. layers.Select(nameOf)];
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new InvalidInputException(
                $"model '{model}' has no {kind} '{unknown}'; it has {string.Join(", ", known)}{Suggestion.DidYouMean(unknown, known)}");
        return [.. layers.Where(layer => names.Contains(nameOf(layer)))];
    }
}
