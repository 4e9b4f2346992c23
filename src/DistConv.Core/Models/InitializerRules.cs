using DistConv.Core.Initializers;

namespace DistConv.Core.Models;

/// <summary>Names and settings of initialisers in a model.</summary>
internal static class InitializerRules
{
    private const string Constant = "constant";
    private const string RandomUniform = "random_uniform";
    private const string RandomNormal = "random_normal";

    public static readonly InitializerSpec DefaultKernel = new(Initializer.Default);
    public static readonly InitializerSpec DefaultBias = new("zeros");

    /// <summary>Keras's defaults: ±0.05 for random_uniform, mean 0 and standard deviation 0.05 for random_normal.</summary>
    private const float DefaultSpread = 0.05f;

    /// <summary>The settings of an initialiser, in canonical order; none for an unknown name.</summary>
    public static IReadOnlyList<string> Settings(string name) => name switch
    {
        Constant => ["value"],
        RandomUniform => ["minValue", "maxValue"],
        RandomNormal => ["mean", "stdDev"],
        _ => [],
    };

    /// <summary>A setting of a specification by its JSON name.</summary>
    public static float? Setting(InitializerSpec spec, string setting) => setting switch
    {
        "value" => spec.Value,
        "minValue" => spec.MinValue,
        "maxValue" => spec.MaxValue,
        "mean" => spec.Mean,
        "stdDev" => spec.StdDev,
        _ => throw new InvalidOperationException($"initialisers have no setting {setting}"),
    };

    public static void CheckName(string name, string where, string property)
    {
        if (Initializer.Names.Contains(name, StringComparer.Ordinal)) return;
        throw new InvalidInputException(
            $"{where}: {property} {MessageText.Quote(name)} is unknown; known: "
                + $"{string.Join(", ", Initializer.Names)}{Suggestion.DidYouMean(name, Initializer.Names)}");
    }

    public static void Check(InitializerSpec spec, string where, string property)
    {
        CheckName(spec.Name, where, property);
        IReadOnlyList<string> allowed = Settings(spec.Name);
        foreach (string setting in (string[])["value", "minValue", "maxValue", "mean", "stdDev"])
        {
            if (Setting(spec, setting) is not { } given) continue;
            if (!allowed.Contains(setting)) throw new InvalidInputException($"{where}: {property} '{spec.Name}' has no setting {setting}");
            if (!float.IsFinite(given)) throw new InvalidInputException($"{where}: {property} '{spec.Name}': {setting} must be finite; it is {given}");
        }

        float minimum = spec.MinValue ?? -DefaultSpread, maximum = spec.MaxValue ?? DefaultSpread;
        if (spec.Name == Constant && spec.Value is null)
            throw new InvalidInputException($"{where}: {property} 'constant' needs its value: {{\"name\": \"constant\", \"value\": 0.1}}");
        if (spec.Name == RandomUniform && minimum > maximum)
            throw new InvalidInputException($"{where}: {property} 'random_uniform': minValue must be at most maxValue; they are {minimum} and {maximum}");
        if (spec.StdDev < 0)
            throw new InvalidInputException($"{where}: {property} 'random_normal': stdDev must be at least 0; it is {spec.StdDev}");
    }
}
