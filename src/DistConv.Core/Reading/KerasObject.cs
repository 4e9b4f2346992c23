using System.Text.Json;

namespace DistConv.Core.Reading;

/// <summary>Keras's way to write anything: <c>{"class_name": "Conv2D", "config": {...}}</c>, in Keras 3 with module and registered_name too.</summary>
internal static class KerasObject
{
    public const string ClassName = "class_name";
    public const string Config = "config";
    public const string Name = "name";

    /// <summary>The calls of a layer in a graph of layers.</summary>
    public const string InboundNodes = "inbound_nodes";

    private static readonly string[] Known =
        [ClassName, Config, "module", "registered_name", "build_config", "shared_object_id", InboundNodes, Name];

    /// <summary>Whether an object is written that way.</summary>
    public static bool Is(JsonFields fields) => fields.Has(ClassName);

    /// <summary>The class and its settings. What else Keras writes repeats them and is left out; a class of the user's own is refused.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="where">The beginning of each message.</param>
    /// <param name="others">More properties that may be there.</param>
    public static (string ClassName, JsonElement Config) Open(JsonFields fields, string where, params string[] others)
    {
        string className = fields.RequiredText(ClassName, "\"Conv2D\"");
        fields.OnlyKnown([.. Known, .. others]);
        if (fields.Find("registered_name") is { ValueKind: not JsonValueKind.Null } registered
            && !(registered.ValueKind == JsonValueKind.String && registered.ValueEquals(className)))
            throw fields.WrongType("registered_name", $"null or \"{MessageText.Short(className)}\" (classes of your own are not supported)", registered);
        return (className, fields.Required(Config, "{...}"));
    }

    /// <summary>A text of an object, without a message where it is missing or something else.</summary>
    public static string? TextOf(JsonElement value, string property) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(property, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
