using System.Text.Json;
using DistConv.Core.Layers.Rules;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>Constraints in our vocabulary, <c>{"name": "max_norm", "max": 2, "axis": [0]}</c>, and in those of Keras 1, 2 and 3.</summary>
internal static class ConstraintReader
{
    private static readonly (string Name, string[] Keras, ConstraintKind Kind, string[] Settings)[] _kinds =
    [
        ("max_norm", ["MaxNorm", "maxnorm"], ConstraintKind.MaxNorm, ["max", "axis"]),
        ("min_max_norm", ["MinMaxNorm"], ConstraintKind.MinMaxNorm, ["min", "max", "rate", "axis"]),
        ("non_neg", ["NonNeg", "nonneg"], ConstraintKind.NonNeg, []),
        ("unit_norm", ["UnitNorm", "unitnorm"], ConstraintKind.UnitNorm, ["axis"]),
    ];

    private static IEnumerable<string> Known => _kinds.Select(kind => kind.Name);

    /// <summary>Reads a constraint; null: it is one of Keras's that is not applied.</summary>
    public static WeightConstraint? Read(JsonFields fields, string property, ModelNotes notes)
    {
        JsonElement value = fields.Find(property)!.Value;
        string where = $"{fields.Where}: {property}";
        if (value.ValueKind == JsonValueKind.String) return Named(value.GetString()!, null, where);
        if (value.ValueKind != JsonValueKind.Object)
            throw fields.WrongType(property, "null or a constraint such as {\"name\": \"max_norm\", \"max\": 2, \"axis\": [0]}", value);
        JsonFields settings = new(value, where);
        if (!KerasObject.Is(settings))
        {
            string name = settings.RequiredText(KerasObject.Name, "\"max_norm\"");
            return Named(name, settings.Without(setting => setting == KerasObject.Name), where);
        }

        (string className, JsonElement config) = KerasObject.Open(settings, where);
        if (_kinds.Any(kind => kind.Keras.Contains(className) || kind.Name == className)) return Named(className, new JsonFields(config, where), where);
        notes.Ignore($"{property} {MessageText.Short(className)} (not applied)");
        return null;
    }

    /// <summary>Writes a constraint.</summary>
    public static void Write(Utf8JsonWriter json, string property, WeightConstraint constraint)
    {
        (string name, _, _, string[] settings) = _kinds.Single(kind => kind.Kind == constraint.Kind);
        json.WriteStartObject(property);
        json.WriteString(KerasObject.Name, name);
        foreach (string setting in settings)
        {
            if (setting == "min") json.WriteNumber(setting, constraint.Min);
            if (setting == "max") json.WriteNumber(setting, constraint.Max);
            if (setting == "rate") json.WriteNumber(setting, constraint.Rate);
            if (setting != "axis") continue;
            json.WriteStartArray(setting);
            foreach (int axis in constraint.AxisList) json.WriteNumberValue(axis);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static WeightConstraint Named(string spelling, JsonFields? fields, string where)
    {
        (string name, _, ConstraintKind kind, string[] known) = _kinds.FirstOrDefault(one => one.Name == spelling || one.Keras.Contains(spelling));
        if (name is null)
        {
            throw new InvalidInputException(
                $"{where} {MessageText.Quote(spelling)} is unknown; known: {string.Join(", ", Known)}{Suggestion.DidYouMean(spelling, Known)}");
        }

        WeightConstraint constraint = new(kind) { Max = kind switch { ConstraintKind.MaxNorm => 2, ConstraintKind.MinMaxNorm => 1, _ => 0 } };
        if (fields is null) return constraint;
        JsonFields ours = fields.Renamed(property => property switch { "m" or "max_value" => "max", "min_value" => "min", _ => property });
        ours.OnlyKnown(known);
        constraint = constraint with
        {
            Max = ours.Single("max") ?? constraint.Max,
            Min = ours.Single("min") ?? 0,
            Rate = ours.Single("rate") ?? 1,
            Axes = ours.Find("axis") is { } axis ? AxesOf(ours, axis) : 1,
        };
        return constraint.FindProblem() is { } problem ? throw new InvalidInputException($"{where}: {problem}") : constraint;
    }

    /// <summary>An axis, or a list of them.</summary>
    private static int AxesOf(JsonFields fields, JsonElement value)
    {
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        int axes = 0;
        foreach (JsonElement item in items)
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out int axis) || axis is < 0 or >= WeightConstraint.MaxRank)
                throw fields.WrongType("axis", "an axis of the tensor, 0 to 3, or a list of them such as [0, 1, 2]", value);
            axes |= 1 << axis;
        }

        return axes != 0 ? axes : throw fields.WrongType("axis", "an axis of the tensor, 0 to 3, or a list of them such as [0, 1, 2]", value);
    }
}
