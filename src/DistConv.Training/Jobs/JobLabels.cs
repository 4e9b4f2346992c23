using DistConv.Core;
using DistConv.Core.Reading;

namespace DistConv.Training.Jobs;

/// <summary>What people write on a job: they change no bit of it. Two are equal if tags and note are.</summary>
public sealed record JobLabels
{
    /// <summary>How many tags a job may have.</summary>
    public const int MaxTags = 20;

    /// <summary>Characters of a tag.</summary>
    public const int MaxTagLength = 32;

    /// <summary>Characters of a note.</summary>
    public const int MaxNoteLength = 2_000;

    /// <summary>No tag and no note.</summary>
    public static JobLabels None { get; } = new();

    /// <summary>Words to find the job by, each once.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A text of any lines; empty: none.</summary>
    public string Note { get; init; } = "";

    /// <summary>Checks them, and takes away what has no meaning: repeated tags, and space around the note.</summary>
    /// <returns>The labels as they are stored.</returns>
    /// <exception cref="InvalidInputException">A tag or the note cannot be stored; all problems at once.</exception>
    public JobLabels Checked()
    {
        string[] tags = [.. Tags.Distinct(StringComparer.Ordinal)];
        List<SettingProblem> problems = [.. tags.Where(tag => !IsTag(tag)).Select(tag => new SettingProblem(
            "tags",
            $"is '{Shown(tag)}'; a tag has 1 to {MaxTagLength} letters, digits, '_', '-', '.' or ':', and begins with a letter or a digit"))];
        if (tags.Length > MaxTags) problems.Add(new SettingProblem("tags", $"is a list of {tags.Length}; give {MaxTags} at most"));
        string note = Note.ReplaceLineEndings("\n").Trim();
        if (note.Length > MaxNoteLength) problems.Add(new SettingProblem("note", $"is {note.Length:N0} characters long; give {MaxNoteLength:N0} at most"));
        if (note.Any(c => char.IsControl(c) && c != '\n' && c != '\t'))
            problems.Add(new SettingProblem("note", "is a text with control characters; give plain text"));
        InvalidInputException.ThrowIfAny(problems);
        return new JobLabels { Tags = tags, Note = note };
    }

    /// <inheritdoc/>
    public bool Equals(JobLabels? other) => other is not null && Note == other.Note && Tags.SequenceEqual(other.Tags, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Note, Tags.Count);

    private static bool IsTag(string tag) => tag.Length is > 0 and <= MaxTagLength && char.IsLetterOrDigit(tag[0])
        && tag.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ':');

    private static string Shown(string tag) => MessageText.Short(tag);
}
