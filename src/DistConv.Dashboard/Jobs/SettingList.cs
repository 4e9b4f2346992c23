using System.Text.Json;
using DistConv.Training.Specification;

namespace DistConv.Dashboard.Jobs;

/// <summary>A specification as a flat list of settings.</summary>
internal static class SettingList
{
    /// <summary>The model's JSON is longer than a table's cell; the model has views of its own.</summary>
    private static readonly string[] _long = ["modelJson", "classNames"];

    /// <summary>Each setting by its name, such as "optimizer.learningRate", in the order of the specification.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(JobSpec spec)
    {
        using JsonDocument document = JsonDocument.Parse(spec.ToJson());
        List<(string Name, string Value)> settings = [];
        Add("", document.RootElement, settings);
        return settings;
    }

    private static void Add(string name, JsonElement value, List<(string Name, string Value)> settings)
    {
        if (_long.Contains(name)) return;
        if (value.ValueKind != JsonValueKind.Object)
        {
            settings.Add((name, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()));
            return;
        }

        foreach (JsonProperty property in value.EnumerateObject()) Add(name.Length == 0 ? property.Name : $"{name}.{property.Name}", property.Value, settings);
    }
}
