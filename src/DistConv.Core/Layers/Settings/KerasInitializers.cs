using System.Text.Json;
using DistConv.Core.Initializers;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>Keras's initialisers by ours. A setting that equals Keras's default is left out, so that equal initialisers have equal texts.</summary>
/// <remarks>
/// Keras 1 draws he_normal, glorot_normal and lecun_normal without cutting them at two standard deviations; here they are Keras 2's, cut (see
/// <see cref="Initializer"/>).
/// </remarks>
internal static class KerasInitializers
{
    private const float DefaultSpread = 0.05f;

    /// <summary>Keras's general initialiser, by which Keras 2.0 to 2.2 write most of the others.</summary>
    private const string Scaling = "VarianceScaling";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["uniform"] = "random_uniform",
        ["normal"] = "random_normal",
        ["zero"] = "zeros",
        ["one"] = "ones",
        ["GlorotUniform"] = "glorot_uniform",
        ["GlorotNormal"] = "glorot_normal",
        ["HeUniform"] = "he_uniform",
        ["HeNormal"] = "he_normal",
        ["LecunUniform"] = "lecun_uniform",
        ["LecunNormal"] = "lecun_normal",
        ["RandomUniform"] = "random_uniform",
        ["RandomNormal"] = "random_normal",
        ["Zeros"] = "zeros",
        ["Ones"] = "ones",
        ["Constant"] = "constant",
    };

    /// <summary>Our name for any spelling; an unknown one stays as it is.</summary>
    public static string OfName(string spelling) => Names.GetValueOrDefault(spelling, spelling);

    /// <summary>An initialiser as <c>{"class_name": "GlorotUniform", "config": {"seed": null}}</c>.</summary>
    /// <param name="fields">That object.</param>
    /// <param name="where">The beginning of each message.</param>
    /// <param name="notes">Takes what has no effect.</param>
    public static InitializerSpec Read(JsonFields fields, string where, ModelNotes notes)
    {
        (string className, JsonElement element) = KerasObject.Open(fields, where);
        JsonFields config = KerasSettings.Check(new JsonFields(element, $"{where}: {KerasObject.Config}"), notes);
        string name = className == Scaling ? VarianceScaling(config, where) : OfName(className);
        if (!Initializer.Names.Contains(name))
        {
            string[] known = [.. Names.Keys.Where(spelling => char.IsAsciiLetterUpper(spelling[0])), Scaling];
            throw new InvalidInputException(
                $"{where}: class_name {MessageText.Quote(className)} is unknown; known: {string.Join(", ", known)}{Suggestion.DidYouMean(className, known)}");
        }

        notes.Translate(className, name);
        return className == Scaling ? new InitializerSpec(name) : Settings(config, name);
    }

    private static InitializerSpec Settings(JsonFields config, string name)
    {
        switch (name)
        {
            case "constant":
                config.OnlyKnown(["value"]);
                return new InitializerSpec(name, Value: config.Single("value") ?? 0);
            case "random_uniform":
                config.OnlyKnown(["minval", "maxval", "seed"]);
                return new InitializerSpec(name, MinValue: Given(config, "minval", -DefaultSpread), MaxValue: Given(config, "maxval", DefaultSpread));
            case "random_normal":
                config.OnlyKnown(["mean", "stddev", "seed"]);
                return new InitializerSpec(name, Mean: Given(config, "mean", 0), StdDev: Given(config, "stddev", DefaultSpread));
            case Initializer.Default or "glorot_normal" or "he_uniform" or "he_normal" or "lecun_uniform" or "lecun_normal" or "zeros" or "ones":
                config.OnlyKnown(["seed"]);
                return new InitializerSpec(name);
            default:
                throw new InvalidOperationException($"no settings are known for the initialiser '{name}'");
        }
    }

    private static float? Given(JsonFields config, string setting, float fallback) => config.Single(setting) is { } given && given != fallback ? given : null;

    /// <summary>The families by the factor of the variance, what it is divided by, and the shape: glorot_uniform is (1, fan_avg, uniform).</summary>
    private static string VarianceScaling(JsonFields config, string where)
    {
        config.OnlyKnown(["scale", "mode", "distribution", "seed"]);
        double scale = config.Has("scale") ? config.RequiredNumber("scale", "1.0") : 1;
        string mode = config.Text("mode") ?? "fan_in";
        string distribution = config.Text("distribution") ?? "truncated_normal";
        string? family = (scale, mode) switch
        {
            (1, "fan_avg") => "glorot",
            (2, "fan_in") => "he",
            (1, "fan_in") => "lecun",
            _ => null,
        };
        string? kind = distribution switch
        {
            "uniform" => "uniform",
            "normal" or "truncated_normal" => "normal",
            _ => null,
        };
        if (family is not null && kind is not null) return $"{family}_{kind}";
        throw new InvalidInputException(
            $"{where}: VarianceScaling with scale {scale}, mode {MessageText.Quote(mode)}, distribution {MessageText.Quote(distribution)} is not supported; "
                + $"supported: "
            + "scale 1 with fan_avg (glorot), scale 2 with fan_in (he), scale 1 with fan_in (lecun), each as uniform or truncated_normal");
    }
}
