using System.IO.Enumeration;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;

namespace DistConv.Client.Planning;

/// <summary>Finds the layers that patterns of names mean: '*' is any characters, '?' is one.</summary>
internal static class LayerPatterns
{
    private const int Shown = 12;

    /// <summary>Whether a name fits a pattern.</summary>
    public static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    /// <summary>The layers that any of the patterns fits, in the order of the model.</summary>
    public static IEnumerable<LayerPlan> Choose(ModelPlan model, IReadOnlyList<string> patterns, Func<LayerPlan, bool> isMeant) =>
        model.Layers.Where(layer => isMeant(layer) && patterns.Any(pattern => Fits(pattern, layer.Layer.Name)));

    /// <summary>The patterns that fit no layer.</summary>
    /// <param name="setting">The setting that has them.</param>
    /// <param name="model">The model.</param>
    /// <param name="patterns">The patterns.</param>
    /// <param name="isMeant">Which layers they may fit.</param>
    /// <param name="what">Those layers in words: "layer with weights".</param>
    public static IEnumerable<SettingProblem> FindProblems(
        string setting, ModelPlan model, IReadOnlyList<string> patterns, Func<LayerPlan, bool> isMeant, string what)
    {
        string[] names = [.. model.Layers.Where(isMeant).Select(layer => layer.Layer.Name)];
        if (patterns.Count == 0) yield return new SettingProblem(setting, "has no name of a layer; give names, or patterns such as conv*");
        foreach (string pattern in patterns)
        {
            if (names.Any(name => Fits(pattern, name))) continue;
            string choices = string.Join(", ", names.Take(Shown)) + (names.Length > Shown ? $" and {names.Length - Shown} more" : "");
            yield return new SettingProblem(
                setting,
                $"has '{pattern}', which fits no {what} of model '{model.Model.Name}'; it has {choices}{DidYouMean(pattern, names)}");
        }
    }

    /// <summary>A name, or of names with the same beginning what fits them all: "conv*".</summary>
    private static string DidYouMean(string pattern, string[] names) => Suggestion.DidYouMean(
        pattern, pattern.EndsWith('*') ? names.Select(name => $"{name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')}*").Distinct() : names);
}
