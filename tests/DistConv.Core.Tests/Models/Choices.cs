using DistConv.Core.Layers;

namespace DistConv.Core.Tests.Models;

/// <summary>The lists in expected messages.</summary>
internal static class Choices
{
    /// <summary>Puts the names of layers and activations in the places of {layers} and {activations}.</summary>
    public static string In(string message) => message
        .Replace("{layers}", string.Join(", ", LayerTypes.Names), StringComparison.Ordinal)
        .Replace("{activations}", string.Join(", ", LayerTypes.All.SelectMany(type => type.ActivationNames).Prepend("linear")), StringComparison.Ordinal);
}
