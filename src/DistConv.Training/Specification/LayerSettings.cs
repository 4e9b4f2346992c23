using System.Globalization;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Reading;

namespace DistConv.Training.Specification;

/// <summary>What a job does differently with some of its layers: freezing until an epoch, and learning rates of their own.</summary>
public static class LayerSettings
{
    /// <summary>The largest factor of a layer's learning rate.</summary>
    public const float MaxFactor = 1000;

    /// <summary>Names that a message shows.</summary>
    private const int Shown = 12;

    /// <summary>Whether a layer has anything that training changes, so that it can be frozen until an epoch.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>True if it has tensors and is not frozen for good. Moving averages count.</returns>
    public static bool CanWait(LayerPlan layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.Parameters > 0 || (layer.Layer.IsTrainable && layer.Tensors.Any(tensor => tensor.Role == TensorPlan.MovingMean));
    }

    /// <summary>Whether a layer has tensors that the optimizer updates, so that it can have a learning rate of its own.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>True if it has.</returns>
    public static bool IsLearning(LayerPlan layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.Parameters > 0;
    }

    /// <summary>Notes what is wrong with these settings.</summary>
    internal static void Check(JobSpec spec, ModelPlan plan, SettingProblems problems)
    {
        CheckFrozen(spec, plan, problems);
        if (spec.LayerRates is { } rates) CheckRates(rates, plan, problems);
    }

    private static void CheckFrozen(JobSpec spec, ModelPlan plan, SettingProblems problems)
    {
        if (spec.FreezeUntilEpoch is { } epoch) problems.Range("freezeUntilEpoch", epoch, 2, SpecificationLimits.MaxEpochs);
        if (spec.FreezeUntilEpoch is null && spec.FrozenLayers is null) return;
        if (spec.FrozenLayers is not { Count: > 0 } names)
        {
            problems.Add("frozenLayers", "is missing; freezeUntilEpoch needs the layers that are frozen until then");
            return;
        }

        if (spec.FreezeUntilEpoch is null) problems.Add("freezeUntilEpoch", "is missing; frozenLayers needs the epoch from which they are trained");
        if (!CheckNames("frozenLayers", names, plan, CanWait, "has tensors to freeze", problems)) return;
        if (plan.Layers.All(layer => !IsLearning(layer) || names.Contains(layer.Layer.Name)))
            problems.Add("frozenLayers", "has every layer with weights, so nothing is trained before freezeUntilEpoch; leave one out");
    }

    private static void CheckRates(IReadOnlyList<LayerRate> rates, ModelPlan plan, SettingProblems problems)
    {
        if (rates.Count == 0) problems.Add("layerRates", "has no layer; leave it out");
        if (!CheckNames("layerRates", [.. rates.Select(rate => rate?.Layer)], plan, IsLearning, "has weights that are trained", problems)) return;
        if (rates.FirstOrDefault(rate => !(rate.Factor > 0 && rate.Factor <= MaxFactor)) is { } wrong)
            problems.Add("layerRates", WrongFactor(wrong));
    }

    /// <summary>The problem of a factor that is out of range.</summary>
    /// <param name="rate">The layer and its factor.</param>
    /// <returns>The rest of the sentence.</returns>
    public static string WrongFactor(LayerRate rate)
    {
        ArgumentNullException.ThrowIfNull(rate);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"has the factor {rate.Factor} "
                + $"for '{rate.Layer}'; give a number above 0 and at most {MaxFactor}{(rate.Factor == 0 ? ", or freeze the layer" : "")}");
    }

    private static bool CheckNames(
        string setting, IReadOnlyList<string?> names, ModelPlan plan, Func<LayerPlan, bool> isAllowed, string what, SettingProblems problems)
    {
        string[] allowed = [.. plan.Layers.Where(isAllowed).Select(layer => layer.Layer.Name)];
        if (names.Count > plan.Layers.Count)
        {
            problems.Add(setting, $"has {names.Count} layers, but the model has {plan.Layers.Count}");
            return false;
        }

        foreach (string? name in names)
        {
            if (name is not null && allowed.Contains(name)) continue;
            string choices = allowed.Length == 0 ? "no layer" : string.Join(", ", allowed.Take(Shown)) + (allowed.Length > Shown ? ", …" : "");
            problems.Add(setting, $"has {MessageText.Quote(name ?? "")}, which is no layer of the model that {what}; {choices} can be named");
            return false;
        }

        if (names.Distinct().Count() == names.Count) return true;
        problems.Add(setting, "has a layer twice; name each once");
        return false;
    }
}
