using System.Globalization;

namespace DistConv.Training.Data.Idx;

/// <summary>The classes of labels. Those that count from 1, as EMNIST's letters do, become 0, 1, … and keep their numbers as names.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="First">The label of class 0.</param>
internal sealed record IdxClasses(int Count, int First)
{
    /// <summary>What the classes are called; null: by their numbers.</summary>
    public IReadOnlyList<string>? Names =>
        First == 0 ? null : [.. Enumerable.Range(First, Count).Select(label => label.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The classes of both splits.</summary>
    /// <param name="train">Labels of the training samples, at least one.</param>
    /// <param name="test">Labels of the held-out ones.</param>
    /// <param name="note">Gets a line if they count from 1, and one about numbers between them that no training sample has; null: nobody reads it.</param>
    public static IdxClasses Of(byte[] train, byte[] test, Action<string>? note)
    {
        int least = int.Min(train.Min(), test.Min()), most = int.Max(train.Max(), test.Max()), first = least == 1 && most > 1 ? 1 : 0;
        if (first == 1) note?.Invoke($"the labels count from 1, and label 0 has no samples: they become the {most} classes that are named 1 … {most}");
        bool[] isThere = new bool[most + 1];
        foreach (byte label in train) isThere[label] = true;
        List<string> gaps = [];
        for (int label = first; label <= most; label++)
        {
            if (isThere[label]) continue;
            int last = label;
            while (last < most && !isThere[last + 1]) last++;
            gaps.Add(last == label ? $"{label}" : $"{label} … {last}");
            label = last;
        }

        if (gaps.Count > 0)
            note?.Invoke($"no training sample has the label {string.Join(", ", gaps)}: these classes cannot be learned; number the labels without gaps");
        return new IdxClasses(most + 1 - first, first);
    }

    /// <summary>The class of each label.</summary>
    /// <param name="labels">The labels.</param>
    public byte[] Apply(byte[] labels) => First == 0 ? labels : [.. labels.Select(label => (byte)(label - First))];
}
