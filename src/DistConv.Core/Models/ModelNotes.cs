namespace DistConv.Core.Models;

/// <summary>What was translated, and what was left out, while a model was read; each once, in the order of the text.</summary>
internal sealed class ModelNotes
{
    private readonly List<string> translated = [], ignored = [];

    public IReadOnlyList<string> Translated => translated;

    public IReadOnlyList<string> Ignored => ignored;

    public void Translate(string from, string to)
    {
        if (from != to) AddOnce(translated, $"{from} -> {to}");
    }

    public void Ignore(string what) => AddOnce(ignored, what);

    private static void AddOnce(List<string> notes, string note)
    {
        if (!notes.Contains(note)) notes.Add(note);
    }
}
