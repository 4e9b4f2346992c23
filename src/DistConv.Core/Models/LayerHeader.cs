using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.Settings;
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
    /// <summary>Where the list of layers stands: the end of messages about unknown ones.</summary>
    public const string Known = "; docs/models.md lists the layers";

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
        if (KerasVocabulary.Reshaping.Contains(className)) throw new InvalidInputException($"{named} ({className}): changes the size of pictures in training, "
            + "which is fixed here; leave it out, or use RandomZoom, which has one factor for heights and one for widths");
        string type = KerasVocabulary.TypeOf(className) ?? throw new InvalidInputException(
            $"{named}: unknown layer {MessageText.Quote(className)}{As(spelling, className)}{KerasVocabulary.DidYouMean(className)}{Known}");
        fields = fields.At($"{where} ({spelling})");
        return new LayerHeader(fields, spelling, type, fields.Text(KerasObject.Name) ?? given);
    }

    /// <summary>A layer's properties without what DistConv has in one form only, and without nulls that stand for a default.</summary>
    /// <param name="fields">The properties under our names.</param>
    /// <param name="type">The layer's type.</param>
    /// <param name="notes">Takes what has no effect.</param>
    /// <exception cref="InvalidInputException">Something has another form.</exception>
    public static JsonFields Checked(JsonFields fields, string type, ModelNotes notes)
    {
        IEnumerable<string> own = LayerTypes.Find(type)?.Settings.Select(setting => setting.Name) ?? [];
        fields = KerasSettings.Check(LayerTypes.Find(type)?.Accept(fields, notes) ?? fields, notes, own);
        if (LayerTypes.Find(type) is { } known) fields = fields.Without(TensorRuleSettings.Names(known).Contains); // They are read with the layer.
        return fields.Without(property => fields.Find(property) is { ValueKind: JsonValueKind.Null } && (LayerTypes.Find(type) is { } layer
            ? layer.Settings.Any(setting => setting.Name == property && setting.NullIsDefault)
            : property == "activation"));
    }

    private static string As(string spelling, string className) => spelling == className ? "" : $" (as which {MessageText.Short(spelling)} is read)";
}
