using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>All augmentations, and what a list of them may contain.</summary>
public static class AugmentationTypes
{
    /// <summary>The setting that problems are about.</summary>
    public const string Setting = "augmentation";

    /// <summary>Moves by whole pixels have a limit of their own, the picture's smaller side.</summary>
    private const int MostPixels = 4096;

    /// <summary>
    /// The types. What <c>flip</c>, <c>shift</c>, <c>rotate</c>, <c>zoom</c>, <c>contrast</c> and <c>brightness</c> do is that of Keras's layers of these names
    /// (RandomFlip, RandomTranslation, …; outside a picture is its mirror image); <c>crop</c> is RandomCrop with padding of torchvision; <c>erase</c> is the
    /// random erasing of Zhong et al. (2017), with the area and the sides of Keras's RandomErasing, in black; <c>mixup</c> is that of Zhang et al. (2017),
    /// <c>cutmix</c> that of Yun et al. (2019).
    /// </summary>
    public static IReadOnlyList<AugmentationType> All { get; } =
    [
        new("flip", "mirrored left to right, half of them") { IsAffine = true },
        new("vflip", "mirrored top to bottom, half of them") { IsAffine = true },
        new("shift", "moved by up to this part of each side") { Amount = "PART", Usual = 0.1, Least = 0.001, Most = 1, IsAffine = true },
        new("rotate", "turned by up to so many degrees") { Amount = "DEGREES", Usual = 10, Least = 0.1, Most = 180, IsAffine = true },
        new("zoom", "scaled by up to this part") { Amount = "PART", Usual = 0.1, Least = 0.001, Most = 0.9, IsAffine = true },
        new("crop", "padded by so many black pixels and cut to size at random") { Amount = "PIXELS", Usual = 4, Least = 1, Most = MostPixels, IsWhole = true },
        new("contrast", "contrast changed by up to this part") { Amount = "PART", Usual = 0.2, Least = 0.001, Most = 1 },
        new("brightness", "made lighter or darker by up to this part") { Amount = "PART", Usual = 0.2, Least = 0.001, Most = 1 },
        new("erase", "a rectangle made black, in this share of them") { Amount = "SHARE", Usual = 0.25, Least = 0.001, Most = 1 },
        new("mixup", "mixed with another one and its label, by a share of Beta(A, A)") { Amount = "A", Usual = 0.2, Least = 0.01, Most = 1, Mixes = true },
        new("cutmix", "with a rectangle of another one and a share of its label") { Amount = "A", Usual = 1, Least = 0.01, Most = 1, Mixes = true },
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(type => type.Name)];

    /// <summary>All forms in one line.</summary>
    public static string Forms { get; } = string.Join(", ", All.Select(type => type.Form));

    /// <summary>Looks a type up.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The type; null: there is none of this name.</returns>
    public static AugmentationType? Find(string? name) => All.FirstOrDefault(type => type.Name == name);

    /// <summary>Everything that is wrong with a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="input">The shape of the pictures; null: it is not known yet.</param>
    /// <returns>What is wrong, one line each; empty if nothing is.</returns>
    public static IReadOnlyList<SettingProblem> FindProblems(IReadOnlyList<AugmentationSpec> list, TensorShape? input)
    {
        ArgumentNullException.ThrowIfNull(list);
        List<SettingProblem> problems = [];
        if (list.Count == 0) problems.Add(new SettingProblem(Setting, $"is empty; leave it out, or give some of: {Forms}"));
        var seen = new HashSet<string>();
        bool hasMixed = false;
        foreach (AugmentationSpec? entry in list)
        {
            if (Find(entry?.Name) is not { } type)
            {
                problems.Add(Unknown(entry?.Name ?? ""));
                continue;
            }

            if (FindProblem(type, entry!, input) is { } problem) problems.Add(new SettingProblem(Setting, problem));
            if (!seen.Add(type.Name)) problems.Add(new SettingProblem(Setting, $"has {type.Name} twice; give it once"));
            if (hasMixed && !type.Mixes)
                problems.Add(new SettingProblem(Setting, $"has {type.Name} behind mixup or cutmix, which mix what the others gave; put those last"));
            hasMixed |= type.Mixes;
        }

        return problems;
    }

    /// <summary>What to say about a name that is none.</summary>
    /// <param name="name">The name.</param>
    /// <returns>One line with the choices.</returns>
    public static SettingProblem Unknown(string name) =>
        new(Setting, $"has '{name}', which is unknown; give some of: {Forms}{Suggestion.DidYouMean(name, Names)}");

    private static string? FindProblem(AugmentationType type, AugmentationSpec entry, TensorShape? input)
    {
        if (type.Amount is null) return entry.Amount == 0 ? null : $"has {entry}, but {type.Name} has no amount; give {type.Name}";
        bool isAllowed = entry.Amount >= type.Least && entry.Amount <= type.Most && (!type.IsWhole || double.IsInteger(entry.Amount));
        if (!isAllowed) return FormattableString.Invariant($"has {type.Name}:{entry.Amount}; give {type.Range}, for example {type.Example}");
        if (!type.IsWhole || input is not { } shape || entry.Amount < int.Min(shape.Height, shape.Width)) return null;
        int fitting = int.Max(1, int.Min(shape.Height, shape.Width) / 8);
        return $"has {entry}, which is a whole side of the pictures of {shape}; give less, for example {type.Name}:{fitting}";
    }
}
