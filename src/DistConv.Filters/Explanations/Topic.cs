using System.Text;
using DistConv.Core;

namespace DistConv.Filters.Explanations;

/// <summary>
/// A subject that DistConv explains, such as padding. The text is a resource, <c>Topics/NAME.txt</c>: a title; lines "summary: …", "words: …; …", "see: …, …"
/// and perhaps "picture: …", each of which may go on in lines that begin with one space; then sections that begin with "# Heading".
/// </summary>
/// <param name="Name">What a person types: "padding".</param>
/// <param name="Title">One line.</param>
/// <param name="Summary">One line for a list of topics, without a full stop.</param>
/// <param name="Words">What a question about it contains: words, or phrases of several words.</param>
/// <param name="See">Names of related topics.</param>
/// <param name="Picture">Which of <see cref="TopicFigure"/>'s pictures belongs to it, or null.</param>
/// <param name="Sections">Headings with their text. Lines that begin with spaces are formulas and figures; paragraphs are single lines.</param>
public sealed record Topic(
    string Name,
    string Title,
    string Summary,
    IReadOnlyList<string> Words,
    IReadOnlyList<string> See,
    string? Picture,
    IReadOnlyList<(string Heading, string Text)> Sections)
{
    private const string ResourcePrefix = "topic:", ResourceEnding = ".txt";

    /// <summary>The topics in the order of a list.</summary>
    private static readonly string[] Order =
    [
        "default filters", "convolution", "Convolution2D", "cross-correlation", "feature map", "padding", "stride", "pooling", "relu", "flatten", "dense",
        "dropout", "augmentation", "softmax", "bias", "parameters", "initializers", "glorot_uniform", "glorot_normal", "he", "lecun", "fan_in", "loss",
        "cross-entropy", "binary cross-entropy", "mean squared error", "label smoothing", "class weights", "AUC", "backpropagation", "optimizers",
        "learning rate", "batch", "epoch", "shard",
    ];

    /// <summary>All topics, the most fundamental first.</summary>
    public static IReadOnlyList<Topic> All { get; } = [.. Order.Select(Read)];

    /// <summary>The topic that a text asks about.</summary>
    /// <param name="text">A word, or a question in a sentence.</param>
    /// <returns>The topic of which the longest phrase occurs in the text, or null if none does. A single word has to be one of a topic's own.</returns>
    public static Topic? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        HashSet<string> given = [.. Split(text)];
        bool isSentence = text.Trim().Any(char.IsWhiteSpace);
        return All
            .SelectMany(topic => topic.Words.Append(topic.Name), (topic, phrase) => (Topic: topic, Words: Split(phrase)))
            .Where(candidate => candidate.Words.All(given.Contains) && (isSentence || candidate.Words.Length == given.Count))
            .OrderByDescending(candidate => candidate.Words.Length)
            .ThenByDescending(candidate => candidate.Words.Sum(word => word.Length))
            .Select(candidate => candidate.Topic)
            .FirstOrDefault();
    }

    /// <summary>A word of some topic that a mistyped text probably means.</summary>
    /// <param name="text">A word, or a question in a sentence.</param>
    /// <param name="others">What else would have been right.</param>
    /// <returns><c>"; did you mean 'padding'?"</c>, or an empty text.</returns>
    public static string DidYouMean(string text, IEnumerable<string> others)
    {
        const int Shortest = 4; // Shorter words are near to too many.
        string[] known = [.. All.Select(topic => topic.Name), .. All.SelectMany(topic => topic.Words), .. others];
        string whole = Suggestion.DidYouMean(text, known);
        if (whole.Length > 0) return whole;
        IEnumerable<string> words = Split(text).Where(word => word.Length >= Shortest);
        return words.Select(word => Suggestion.DidYouMean(word, known)).FirstOrDefault(found => found.Length > 0) ?? "";
    }

    /// <summary>Words in lower case without punctuation and without the s of a plural: "glorot_uniform" is two.</summary>
    private static string[] Split(string text)
    {
        char[] separated = [.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')];
        return [.. new string(separated).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Singular).Distinct()];
    }

    private static string Singular(string word) => word.Length > 3 && word[^1] == 's' && word[^2] != 's' ? word[..^1] : word;

    private static Topic Read(string name)
    {
        string resource = $"{ResourcePrefix}{name.ToLowerInvariant().Replace(' ', '-').Replace('_', '-')}{ResourceEnding}";
        using Stream stream = typeof(Topic).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"there is no resource '{resource}' for the topic '{name}'");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return Parse(name, reader.ReadToEnd());
    }

    private static Topic Parse(string name, string text)
    {
        string[] parts = text.ReplaceLineEndings("\n").TrimEnd('\n').Split("\n# ");
        string[] head = parts[0].Replace("\n ", " ", StringComparison.Ordinal).TrimEnd('\n').Split('\n');
        return new Topic(
            name,
            head[0],
            Field(head, "summary") ?? throw new InvalidOperationException($"the topic '{name}' has no summary"),
            Items(head, "words", ';'),
            Items(head, "see", ','),
            Field(head, "picture"),
            [.. parts.Skip(1).Select(Section)]);
    }

    private static (string Heading, string Text) Section(string part)
    {
        int end = part.IndexOf('\n', StringComparison.Ordinal);
        return (part[..end], Paragraphs(part[(end + 1)..].Trim('\n')));
    }

    /// <summary>Joins the lines of a paragraph; lines that begin with a space stay as they are.</summary>
    private static string Paragraphs(string text)
    {
        StringBuilder joined = new();
        string before = "";
        foreach (string line in text.Split('\n'))
        {
            bool continues = line.Length > 0 && line[0] != ' ' && before.Length > 0 && before[0] != ' ';
            if (joined.Length > 0) joined.Append(continues ? ' ' : '\n');
            joined.Append(line);
            before = line;
        }

        return joined.ToString();
    }

    private static string? Field(string[] head, string key) =>
        head.FirstOrDefault(line => line.StartsWith($"{key}: ", StringComparison.Ordinal))?[(key.Length + 2)..];

    private static string[] Items(string[] head, string key, char separator) =>
        Field(head, key)?.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
