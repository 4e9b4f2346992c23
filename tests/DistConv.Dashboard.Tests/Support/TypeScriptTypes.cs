using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistConv.Dashboard.Api;

namespace DistConv.Dashboard.Tests.Support;

/// <summary>Makes the page's types from the records of the API.</summary>
internal sealed class TypeScriptTypes
{
    private const string Preamble = """
        // Generated from the records in src/DistConv.Dashboard/Api by DistConv.Dashboard.Tests; see TypesTests. Do not edit.
        // Times are ISO 8601 in UTC, durations seconds, accuracies 0 … 1. What is not known is null or left out.

        export type Maybe<T> = T | null | undefined;

        /** The specification as it is stored: the page reads a few fields and lists the others as they are. */
        export interface JobSpec {
          modelJson: string;
          globalBatch: number;
          [field: string]: unknown;
        }

        """;

    /// <summary>What the page calls a record, where that is not the record's own name.</summary>
    private static readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        ["ProblemDetails"] = "Problem",
        ["ProblemSetting"] = "SettingProblem",
        ["LayerInfo"] = "LayerRow",
        ["JobEventKind"] = "EventKind",
        ["SnapshotInfo"] = "SnapshotRow",
        ["KernelsReply"] = "Kernels",
        ["FilterInfo"] = "FilterDescription",
        ["DescriptionsReply"] = "Descriptions",
        ["MistakeInfo"] = "Mistake",
        ["EvaluationReply"] = "Evaluation",
        ["HistogramInfo"] = "Histogram",
        ["SiloInfo"] = "SiloRow",
        ["JobMachines"] = "MachineJob",
        ["MachinesReply"] = "Machines",
        ["CompareReply"] = "Comparison",
        ["PlanReply"] = "Plan",
        ["PredictReply"] = "PredictionAnswer",
        ["LayerMaps"] = "FeatureMaps",
    };

    private readonly NullabilityInfoContext _nullability = new();
    private readonly HashSet<Type> _seen = [];
    private readonly Queue<Type> _open = new();

    /// <summary>All types.</summary>
    public static string Generate() => new TypeScriptTypes().Run();

    private string Run()
    {
        StringBuilder text = new(Preamble);
        IEnumerable<CustomAttributeData> roots = typeof(DashboardJson).GetCustomAttributesData()
            .Where(one => one.AttributeType == typeof(JsonSerializableAttribute));
        foreach (CustomAttributeData root in roots) Name((Type)root.ConstructorArguments[0].Value!);
        while (_open.TryDequeue(out Type? type)) text.Append('\n').Append(type.IsEnum ? Union(type) : Interface(type));
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Union(Type type)
    {
        IEnumerable<string> values = type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
                ?? throw new InvalidOperationException($"{field} has no JSON name"));
        return $"export type {NameOf(type)} =\n  | {string.Join("\n  | ", values.Select(value => $"'{value}'"))};\n";
    }

    private string Interface(Type type)
    {
        bool isRequest = type.Name.EndsWith("Request", StringComparison.Ordinal);
        StringBuilder text = new($"export interface {NameOf(type)} {{\n");
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.Always) continue;
            NullabilityInfo nullability = _nullability.Create(property);
            bool isMaybe = nullability.ReadState == NullabilityState.Nullable;
            string value = Name(property.PropertyType, nullability), name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            text.Append($"  {name}{(isMaybe ? "?" : "")}: {(isMaybe && !isRequest ? $"Maybe<{value}>" : value)};\n");
        }

        return text.Append("}\n").ToString();
    }

    private string Name(Type type, NullabilityInfo? nullability = null)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(string) || plain == typeof(DateTimeOffset)) return "string";
        if (plain == typeof(bool)) return "boolean";
        if (plain == typeof(JsonElement)) return "JobSpec";
        if (plain.IsPrimitive) return "number";
        if (plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(plain, nullability);
        if (_seen.Add(plain)) _open.Enqueue(plain);
        return NameOf(plain);
    }

    private string List(Type list, NullabilityInfo? nullability)
    {
        Type element = list.GetGenericArguments()[0];
        NullabilityInfo? inner = nullability?.GenericTypeArguments is [var one] ? one : null;
        bool isMaybe = Nullable.GetUnderlyingType(element) is not null || inner?.ReadState == NullabilityState.Nullable;
        string name = Name(element, inner);
        return isMaybe ? $"({name} | null)[]" : $"{name}[]";
    }

    private static string NameOf(Type type) => _names.GetValueOrDefault(type.Name, type.Name);
}
