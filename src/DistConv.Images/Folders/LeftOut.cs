namespace DistConv.Images.Folders;

/// <summary>Why something in a folder is not a sample.</summary>
/// <param name="Noun">What it is, in the singular.</param>
/// <param name="Why">What follows the noun, of one or of several.</param>
/// <param name="Remedy">What to do, or nothing.</param>
internal sealed record LeftOutReason(string Noun, string Why, string Remedy = "");

/// <summary>What a listing leaves out, by reason: nothing is left out without a line that counts and names it.</summary>
internal sealed class LeftOut
{
    private const int MaxNamed = 5;

    private readonly List<(LeftOutReason Reason, List<string> Names)> _groups = [];

    /// <summary>Takes a note of a file or folder.</summary>
    /// <param name="reason">Why it is left out.</param>
    /// <param name="name">Its path in the folder, with "/".</param>
    public void Add(LeftOutReason reason, string name)
    {
        int at = _groups.FindIndex(group => group.Reason == reason);
        if (at < 0) _groups.Add((reason, [name]));
        else _groups[at].Names.Add(name);
    }

    /// <summary>A line for each reason: "left out: 2 pictures in 'set' itself, in no class (a.png, b.png)".</summary>
    public IEnumerable<string> Lines() => _groups.Select(group =>
        $"left out: {group.Names.Count:N0} {Plural(group.Reason.Noun, group.Names.Count)} {group.Reason.Why} ({Named(group.Names)}){group.Reason.Remedy}");

    /// <summary>"1 picture", "2 pictures", "3 classes".</summary>
    public static string Plural(string noun, int count) => count == 1 ? noun : noun + (noun.EndsWith('s') ? "es" : "s");

    /// <summary>The first of some names in ordinal order, and "…" if there are more.</summary>
    public static string Named(IEnumerable<string> names)
    {
        string[] ordered = [.. names.Order(StringComparer.Ordinal).Take(MaxNamed + 1)];
        return string.Join(", ", ordered.Take(MaxNamed)) + (ordered.Length > MaxNamed ? ", …" : "");
    }
}
