using System.Text.Json;

namespace DistConv.Core.Reading;

/// <summary>
/// The properties of one JSON object, read by name and type; every mistake names the object and the property as the text spells it. −0 is read as 0: they are
/// equal, and so is their text.
/// </summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, Field> fields = new(StringComparer.Ordinal);
    private readonly string where;

    /// <summary>Opens an object.</summary>
    /// <param name="element">What should be an object.</param>
    /// <param name="where">The beginning of each message.</param>
    public JsonFields(JsonElement element, string where)
    {
        this.where = where;
        if (element.ValueKind != JsonValueKind.Object) throw new InvalidInputException($"{where}: must be an object {{...}}; it is {Show(element)}");
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!fields.TryAdd(property.Name, new Field(property.Name, property.Value)))
                throw new InvalidInputException($"{where}: property {MessageText.Quote(property.Name)} is there twice");
        }
    }

    private JsonFields(Dictionary<string, Field> fields, string where) => (this.fields, this.where) = (fields, where);

    /// <summary>The beginning of each message.</summary>
    public string Where => where;

    /// <summary>The same properties with another beginning of messages, once more is known about the object.</summary>
    public JsonFields At(string newWhere) => new(fields, newWhere);

    /// <summary>The same properties under other names; messages go on calling them as the text does.</summary>
    /// <param name="canonical">The new name of each.</param>
    public JsonFields Renamed(Func<string, string> canonical)
    {
        Dictionary<string, Field> renamed = new(StringComparer.Ordinal);
        foreach ((string name, Field field) in fields)
        {
            string target = canonical(name);
            if (!renamed.TryAdd(target, field))
                throw new InvalidInputException($"{where}: '{renamed[target].Spelling}' and '{field.Spelling}' say the same; keep one");
        }

        return new(renamed, where);
    }

    /// <summary>The same properties without some.</summary>
    public JsonFields Without(Func<string, bool> left) =>
        new(fields.Where(pair => !left(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal), where);

    /// <summary>The same properties with another value for one of them, or with one more.</summary>
    public JsonFields With(string name, JsonElement value) => new(new Dictionary<string, Field>(fields, StringComparer.Ordinal)
    {
        [name] = new Field(Spelling(name), value),
    }, where);

    /// <summary>Refuses properties that are not in the list.</summary>
    /// <param name="known">What messages list.</param>
    /// <param name="others">Other spellings that would have been right.</param>
    /// <param name="othersAre">What messages call the others.</param>
    public void OnlyKnown(IReadOnlyList<string> known, IEnumerable<string>? others = null, string othersAre = "")
    {
        foreach (string name in fields.Keys.Where(name => !known.Contains(name)))
        {
            throw new InvalidInputException(
                $"{where}: unknown property {MessageText.Quote(name)}; known: "
                    + $"{string.Join(", ", known)}{othersAre}{Suggestion.DidYouMean(name, known.Concat(others ?? []))}");
        }
    }

    /// <summary>The names of all properties.</summary>
    public IReadOnlyList<string> Names => [.. fields.Keys];

    public bool Has(string name) => fields.ContainsKey(name);

    /// <summary>A property of any type, or null if it is not there.</summary>
    public JsonElement? Find(string name) => fields.TryGetValue(name, out Field field) ? field.Value : null;

    /// <summary>A property of any type that must be there.</summary>
    public JsonElement Required(string name, string example) => Find(name)
        ?? throw new InvalidInputException($"{where}: property '{name}' is missing, for example \"{name}\": {example}");

    public string? Text(string name) => Find(name) is { } value ? Text(name, value) : null;

    public string RequiredText(string name, string example) => Text(name, Required(name, example));

    public bool Flag(string name, bool fallback)
    {
        if (Find(name) is not { } value) return fallback;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw WrongType(name, "true or false", value);
    }

    public int RequiredSize(string name, string example) => Size(name, Required(name, example));

    public double RequiredNumber(string name, string example)
    {
        JsonElement value = Required(name, example);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number + 0.0 : throw WrongType(name, "a number", value);
    }

    /// <summary>Height and width: one number for both, or two.</summary>
    public (int Height, int Width) Pair(string name, (int Height, int Width) fallback) =>
        Find(name) is { } value ? Pair(name, value) : fallback;

    public (int Height, int Width) RequiredPair(string name, string example) => Pair(name, Required(name, example));

    public int[] RequiredWholes(string name, int count, string example)
    {
        JsonElement value = Required(name, example);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != count) throw WrongType(name, $"{count} whole numbers such as {example}", value);
        return [.. value.EnumerateArray().Select(item => Whole(name, item))];
    }

    /// <summary>A list of texts, at least one.</summary>
    public string[] RequiredTexts(string name, string example)
    {
        JsonElement value = Required(name, example);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) throw WrongType(name, $"a list of names such as {example}", value);
        return [.. value.EnumerateArray().Select(item => Text(name, item))];
    }

    /// <summary>One of an enumeration's names in lower case.</summary>
    public T Choice<T>(string name, T fallback)
        where T : struct, Enum
    {
        if (Find(name) is not { } value) return fallback;
        string given = Text(name, value);
        string[] known = [.. Enum.GetNames<T>().Select(choice => choice.ToLowerInvariant())];
        int index = Array.IndexOf(known, given);
        if (index >= 0) return Enum.GetValues<T>()[index];
        throw new InvalidInputException(
            $"{where}: {Spelling(name)} {MessageText.Quote(given)} is unknown; known: {string.Join(", ", known)}{Suggestion.DidYouMean(given, known)}");
    }

    public float? Single(string name)
    {
        if (Find(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) ? number + 0f : throw WrongType(name, "a number", value);
    }

    /// <summary>"where: property must be expected; it is value".</summary>
    public InvalidInputException WrongType(string name, string expected, JsonElement value) =>
        new($"{where}: {Spelling(name)} must be {expected}; it is {Show(value)}");

    /// <summary>What a size must be.</summary>
    public static string SizeMessage(string where, string property, string given) =>
        $"{where}: {property} must be a whole number from 1 to {ModelLimits.MaxDimension:N0}; it is {given}";

    private static string Show(JsonElement value) => value.ValueKind == JsonValueKind.Object ? "an object {...}" : MessageText.Short(value.GetRawText());

    private string Text(string name, JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw WrongType(name, "text", value);

    private int Whole(string name, JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
        ? number
        : throw new InvalidInputException(SizeMessage(where, Spelling(name), Show(value)));

    /// <summary>A whole number that a size can be.</summary>
    private int Size(string name, JsonElement value) => Whole(name, value) is var size and >= 1 and <= ModelLimits.MaxDimension
        ? size
        : throw new InvalidInputException(SizeMessage(where, Spelling(name), Show(value)));

    private (int Height, int Width) Pair(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            int both = Size(name, value);
            return (both, both);
        }

        if (value.GetArrayLength() != 2) throw WrongType(name, "one whole number or two, [height, width]", value);
        return (Size(name, value[0]), Size(name, value[1]));
    }

    /// <summary>What the text calls a property.</summary>
    public string Spelling(string name) => fields.TryGetValue(name, out Field field) ? field.Spelling : name;

    /// <summary>A property's name in the text, and its value.</summary>
    private readonly record struct Field(string Spelling, JsonElement Value);
}
