using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;

namespace DistConv.Core.Models;

/// <summary>What a layer's text says before its settings are read: how it is spelled, what it is, and its name.</summary>
/// <param name="Fields">Its settings.</param>
/// <param name="Spelling">Its type or class as the text spells it.</param>
/// <param name="Type">Our type, or one of <see cref="KerasVocabulary"/>'s.</param>
/// <param name="Name">The name that the text gives.</param>
internal sealed record LayerHeader(JsonFields Fields, string Spelling, string Type, string? Name)
{
    /// <summary>What messages about unknown layers list.</summary>
    public static string Known => $"; known: {string.Join(", ", LayerTypes.Names)}{KerasVocabulary.More}";

    /// <summary>Whether it flattens.</summary>
    public bool IsFlatten => Type == FlattenType.Instance.Name;

    /// <summary>Whether it stands for its input: it is no layer here.</summary>
    public bool IsInput => Type is KerasVocabulary.Input or KerasVocabulary.Identity;

    /// <summary>Reads it.</summary>
    /// <param name="entry">The layer.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <exception cref="InvalidInputException">It is no layer, or one that DistConv does not know.</exception>
    public static LayerHeader Read(LayerEntry entry, string source)
    {
        string where = $"{source}: layer {entry.Number}";
        JsonFields fields = new(entry.Layer, where);
        string spelling;
        string? given = KerasObject.TextOf(entry.Layer, KerasObject.Name); // A graph of layers has the name beside the configuration, too.
        if (KerasObject.Is(fields))
        {
            (spelling, JsonElement config) = KerasObject.Open(fields, where);
            fields = new JsonFields(config, $"{where} ({MessageText.Short(spelling)}): {KerasObject.Config}");
        }
        else
        {
            spelling = fields.RequiredText("type", "\"conv2d\"");
        }

        if (fields.Find(KerasObject.Name) is { ValueKind: JsonValueKind.String } text) given = text.GetString();
        string named = given is null ? where : $"{where} {MessageText.Quote(given)}";
        (string className, fields) = KerasOperation.Read(spelling, entry, fields, $"{named} ({MessageText.Short(spelling)})");
        if (className == "Lambda") throw new InvalidInputException(
            $"{named} (Lambda): is Python code, which is not run here; use a layer instead, such as Rescaling for arithmetic with numbers");
        string type = KerasVocabulary.TypeOf(className) ?? throw new InvalidInputException(
            $"{named}: unknown layer {MessageText.Quote(className)}{As(spelling, className)}{Known}{KerasVocabulary.DidYouMean(className)}");
        fields = fields.At($"{where} ({spelling})");
        return new LayerHeader(fields, spelling, type, fields.Text(KerasObject.Name) ?? given);
    }

    private static string As(string spelling, string className) => spelling == className ? "" : $" (as which {MessageText.Short(spelling)} is read)";
}
