namespace DistConv.Core.Models;

/// <summary>A model, and how its text was understood.</summary>
/// <param name="Model">The model; <see cref="ModelSpec.Infer"/> succeeds.</param>
/// <param name="Format">What was read, for people: "built-in model", "DistConv model", "Keras Sequential model, Keras 2.15.0".</param>
/// <param name="Translated">Spellings of Keras's and what they are here, each once: "nb_filter -> filters".</param>
/// <param name="Ignored">What was accepted but has no effect here, such as the seeds of single layers.</param>
public sealed record ModelReading(ModelSpec Model, string Format, IReadOnlyList<string> Translated, IReadOnlyList<string> Ignored)
{
    /// <summary>What the text left open and a rule decided, such as the order of an input shape: see <see cref="Keras.KerasShape"/>.</summary>
    public IReadOnlyList<string> Decided { get; init; } = [];

    /// <summary>A built-in model, or one from a file.</summary>
    /// <param name="nameOrPath">A name of <see cref="BuiltInModels.All"/>, or the path of a .json file.</param>
    /// <returns>The model and what was read.</returns>
    /// <exception cref="InvalidInputException">There is neither, the file cannot be read, or what <see cref="ModelSpec.Parse"/> says.</exception>
    public static ModelReading Load(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        return BuiltInModels.Find(nameOrPath) is { } builtIn
            ? new ModelReading(builtIn, "built-in model", [], [])
            : Read(ModelFile.Read(nameOrPath), nameOrPath);
    }

    internal static ModelReading Read(ReadOnlyMemory<byte> utf8, string sourceName)
    {
        string source = MessageText.OneLine(sourceName);
        (ModelSpec model, int[] numbers, ModelNotes notes, string format) = ModelJsonReader.Read(utf8, source);
        ShapeInference.Run(model, source, numbers);
        return new ModelReading(model, format, notes.Translated, notes.Ignored) { Decided = notes.Decided };
    }
}
