namespace DistConv.Core.Reading;

/// <summary>What was translated, left out or decided while a model was read; each once, in the order of the text.</summary>
internal sealed class ModelNotes
{
    private readonly List<string> translated = [], ignored = [], decided = [];

    public IReadOnlyList<string> Translated => translated;

    public IReadOnlyList<string> Ignored => ignored;

    public IReadOnlyList<string> Decided => decided;

    public void Translate(string from, string to)
    {
        if (from != to) AddOnce(translated, $"{from} -> {to}");
    }

    public void Ignore(string what) => AddOnce(ignored, what);

    public void Decide(string what) => AddOnce(decided, what);

    private static void AddOnce(List<string> notes, string note)
    {
        if (!notes.Contains(note)) notes.Add(note);
    }
}
