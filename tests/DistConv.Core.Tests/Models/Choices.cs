using DistConv.Core.Layers;
using DistConv.Core.Models;

namespace DistConv.Core.Tests.Models;

/// <summary>The lists in expected messages.</summary>
internal static class Choices
{
    /// <summary>Puts the names of built-in models and activations in the places of {models} and {activations}.</summary>
    public static string In(string message) => message
        .Replace("{models}", string.Join(", ", BuiltInModels.All.Select(model => model.Name)), StringComparison.Ordinal)
        .Replace("{activations}", string.Join(", ", LayerTypes.All.SelectMany(type => type.ActivationNames).Prepend("linear")), StringComparison.Ordinal);
}
