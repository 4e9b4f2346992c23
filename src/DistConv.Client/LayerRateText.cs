using System.Globalization;
using DistConv.Core;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>Names of layers and their learning rates as people write them.</summary>
public static class LayerRateText
{
    /// <summary>The form of a list of rates.</summary>
    public const string Form = "LAYERS:FACTOR, several separated by commas";

    /// <summary>Reads patterns of layer names.</summary>
    /// <param name="text">For example "conv*,dense1"; null: none.</param>
    /// <returns>The patterns; null if there is none.</returns>
    public static IReadOnlyList<string>? ParseNames(string? text) =>
        text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads rates, without a check of layers or ranges.</summary>
    /// <param name="text">For example "conv*:0.1,dense2:2"; null: none.</param>
    /// <returns>Patterns and factors; null if there is none.</returns>
    /// <exception cref="InvalidInputException">The text has another form.</exception>
    public static IReadOnlyList<LayerRate>? Parse(string? text)
    {
        if (text is null) return null;
        List<LayerRate> rates = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int colon = part.LastIndexOf(':');
            if (colon < 1 || !float.TryParse(part.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float factor))
                throw new InvalidInputException([new SettingProblem("layerRates", $"is '{text}'; give {Form}, such as conv*:0.1")]);
            rates.Add(new LayerRate { Layer = part[..colon], Factor = factor });
        }

        return rates;
    }
}
