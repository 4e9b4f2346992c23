using DistConv.Training.Specification;

namespace DistConv.Training.Data;

/// <summary>What the classes of a data set are called.</summary>
public static class ClassNames
{
    /// <summary>The names of a data set that has them by definition.</summary>
    /// <param name="data">Its name.</param>
    /// <returns>fashion-mnist's (as its authors list them) and cifar10's (its batches.meta.txt) in order; null for all others.</returns>
    public static IReadOnlyList<string>? Known(string data) => data switch
    {
        "fashion-mnist" => ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
        "cifar10" => ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        _ => null,
    };

    /// <summary>The names of a job's classes.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="classes">How many there are.</param>
    /// <returns>As many names; the classes' numbers if they have none.</returns>
    public static IReadOnlyList<string> Of(JobSpec spec, int classes)
    {
        ArgumentNullException.ThrowIfNull(spec);
        IReadOnlyList<string>? names = spec.ClassNames?.Split('\n') ?? Known(spec.Data);
        return names?.Count == classes ? names : [.. Enumerable.Range(0, classes).Select(label => $"{label}")];
    }

    /// <summary>The class that a name means: the equal one, or else the only one that differs in capitals, which copies on other systems
    /// change.</summary>
    /// <param name="classes">The names of the classes, in order.</param>
    /// <param name="name">The name.</param>
    /// <returns>The class's number, or null.</returns>
    public static int? Find(IReadOnlyList<string> classes, string name)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(name);
        int? similar = null;
        int similarCount = 0;
        for (int label = 0; label < classes.Count; label++)
        {
            if (classes[label] == name) return label;
            if (!classes[label].Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            similar = label;
            similarCount++;
        }

        return similarCount == 1 ? similar : null;
    }
}
