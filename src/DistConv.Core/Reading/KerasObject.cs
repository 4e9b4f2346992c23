using System.Text.Json;

namespace DistConv.Core.Reading;

/// <summary>Keras's way to write anything: <c>{"class_name": "Conv2D", "config": {...}}</c>, in Keras 3 with module and registered_name too.</summary>
internal static class KerasObject
{
    public const string ClassName = "class_name";
    public const string Config = "config";

    private static readonly string[] Known = [ClassName, Config, "module", "registered_name", "build_config", "shared_object_id"];

    /// <summary>Whether an object is written that way.</summary>
    public static bool Is(JsonFields fields) => fields.Has(ClassName);

    /// <summary>The class and its settings. What else Keras writes repeats them and is left out; a class of the user's own is refused.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="where">The beginning of each message.</param>
    /// <param name="others">More properties that may be there.</param>
    public static (string ClassName, JsonElement Config) Open(JsonFields fields, string where, params string[] others)
    {
        string className = fields.RequiredText(ClassName, "\"Conv2D\"");
        if (fields.Has("inbound_nodes")) throw Functional(where);
        fields.OnlyKnown([.. Known, .. others]);
        if (fields.Find("registered_name") is { ValueKind: not JsonValueKind.Null } registered
            && !(registered.ValueKind == JsonValueKind.String && registered.ValueEquals(className)))
            throw fields.WrongType("registered_name", $"null or \"{MessageText.Short(className)}\" (classes of your own are not supported)", registered);
        return (className, fields.Required(Config, "{...}"));
    }

    /// <summary>What is said of a graph of layers.</summary>
    public static InvalidInputException Functional(string where) =>
        new($"{where}: is a functional Keras model, a graph of layers; only Sequential models are supported: build the chain of layers as "
            + $"keras.Sequential([...])");
}
