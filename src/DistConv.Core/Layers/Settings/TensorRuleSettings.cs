using System.Text.Json;
using DistConv.Core.Layers.Rules;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>
/// The settings <c>kernelRegularizer</c>, <c>kernelConstraint</c>, <c>biasRegularizer</c> … that every layer type with tensors has: one of each beside an
/// initialiser. Keras 2 and 3 call them <c>kernel_regularizer</c>, Keras 1 <c>W_regularizer</c> and <c>b_regularizer</c>.
/// </summary>
internal static class TensorRuleSettings
{
    private const string InitializerEnding = "Initializer", Regularizer = "Regularizer", Constraint = "Constraint", State = "moving";

    /// <summary>Our names for the settings of a type.</summary>
    public static IEnumerable<string> Names(LayerType type) => Stems(type).SelectMany(stem => (string[])[$"{stem}{Regularizer}", $"{stem}{Constraint}"]);

    /// <summary>Reads the penalties and constraints of a layer.</summary>
    /// <param name="fields">Its properties as the text spells them.</param>
    /// <param name="type">Its type.</param>
    /// <param name="isTurned">Whether its kernels are Theano's, which have their axes in another order.</param>
    /// <param name="notes">Takes what is not applied.</param>
    /// <exception cref="InvalidInputException">One of them is no such rule, or is there twice.</exception>
    public static TensorRules Read(JsonFields fields, LayerType type, bool isTurned, ModelNotes notes)
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        List<TensorRule> rules = [];
        foreach (string stem in Stems(type))
        {
            Regularizer? regularizer = Find(fields, stem, Regularizer, used) is { } penalty ? RegularizerReader.Read(fields, penalty, notes) : null;
            WeightConstraint? constraint = Find(fields, stem, Constraint, used) is { } limit ? ConstraintReader.Read(fields, limit, notes) : null;
            if (isTurned && constraint is { HasNorms: true })
            {
                notes.Ignore($"{stem} constraint (its axis is one of Theano's kernels; it is not applied)");
                constraint = null;
            }

            if (regularizer is not null || constraint is not null) rules.Add(new TensorRule(RoleOf(stem), regularizer, constraint));
        }

        used.Add(RegularizerReader.Activity);
        foreach (string name in fields.Names.Where(name => !used.Contains(name) && (IsKeras(name, Regularizer) || IsKeras(name, Constraint))))
        {
            if (fields.Find(name) is { ValueKind: not JsonValueKind.Null }) notes.Ignore($"{name} (not applied)");
        }

        return [.. rules];
    }

    /// <summary>Writes them, into an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, LayerSpec layer)
    {
        foreach (TensorRule rule in layer.Rules)
        {
            string stem = Stems(layer.Kind).First(stem => RoleOf(stem) == rule.Role);
            if (rule.Regularizer is { } regularizer) RegularizerReader.Write(json, $"{stem}{Regularizer}", regularizer);
            if (rule.Constraint is { } constraint) ConstraintReader.Write(json, $"{stem}{Constraint}", constraint);
        }
    }

    /// <summary>Checks rules that may not come from JSON.</summary>
    /// <exception cref="InvalidInputException">A number is outside its range, or there is no such tensor.</exception>
    public static void Check(LayerSpec layer, string where)
    {
        foreach (TensorRule rule in layer.Rules)
        {
            string stem = Stems(layer.Kind).FirstOrDefault(stem => RoleOf(stem) == rule.Role)
                ?? throw new InvalidInputException($"{where}: {layer.Type} has no tensor '{rule.Role}' for a regularizer or a constraint");
            if (rule.Regularizer?.FindProblem() is { } penalty) throw new InvalidInputException($"{where}: {stem}{Regularizer}: {penalty}");
            if (rule.Constraint?.FindProblem() is { } limit) throw new InvalidInputException($"{where}: {stem}{Constraint}: {limit}");
        }
    }

    /// <summary>Checks that the axes of constraints are axes of the tensors.</summary>
    public static void CheckAxes(IReadOnlyList<TensorPlan> tensors, string where)
    {
        foreach (TensorPlan tensor in tensors)
        {
            if (tensor.Constraint is not { HasNorms: true } constraint || constraint.AxisList.All(axis => axis < tensor.Shape.Count)) continue;
            throw new InvalidInputException(
                $"{where}: the constraint of {tensor.Role} has the axis {constraint.AxisList.Last()}, but its shape is [{string.Join(", ", tensor.Shape)}]; "
                    + $"give axes from 0 to {tensor.Shape.Count - 1}");
        }
    }

    /// <summary>What the names of the settings of a tensor begin with: "kernel", "depthwise", "gamma".</summary>
    private static IEnumerable<string> Stems(LayerType type) => type.Settings.OfType<InitializerSetting>().Select(setting => setting.Name)
        .Where(name => name.EndsWith(InitializerEnding, StringComparison.Ordinal) && !name.StartsWith(State, StringComparison.Ordinal))
        .Select(name => name[..^InitializerEnding.Length]);

    private static string RoleOf(string stem) => stem switch
    {
        "depthwise" => TensorPlan.DepthwiseKernel,
        "pointwise" => TensorPlan.PointwiseKernel,
        _ => stem,
    };

    private static string? Find(JsonFields fields, string stem, string what, HashSet<string> used)
    {
        string ending = $"_{what.ToLowerInvariant()}";
        string[] spellings = [$"{stem}{what}", $"{stem}{ending}", .. stem switch { "kernel" => (string[])[$"W{ending}"], "bias" => [$"b{ending}"], _ => [] }];
        string[] found = [.. spellings.Where(fields.Has)];
        used.UnionWith(found);
        if (found.Length > 1) throw new InvalidInputException($"{fields.Where}: '{found[0]}' and '{found[1]}' say the same; keep one");
        return found is [var only] && fields.Find(only) is { ValueKind: not JsonValueKind.Null } ? only : null;
    }

    private static bool IsKeras(string name, string what) => name.EndsWith($"_{what.ToLowerInvariant()}", StringComparison.Ordinal);
}
