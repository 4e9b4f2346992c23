using System.Globalization;
using DistConv.Core;
using DistConv.Core.Augmentations;

namespace DistConv.Client;

/// <summary>Augmentations as people write them.</summary>
public static class AugmentationText
{
    /// <summary>A list.</summary>
    /// <param name="text">Such as "flip,shift:0.1,mixup"; an amount that is left out is the usual one. Null: none.</param>
    /// <returns>The list, or null.</returns>
    /// <exception cref="InvalidInputException">The text is no such list; all that is wrong is listed.</exception>
    public static IReadOnlyList<AugmentationSpec>? Parse(string? text)
    {
        if (text is null) return null;
        List<SettingProblem> problems = [];
        List<AugmentationSpec> list = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] words = part.Split(':', 2, StringSplitOptions.TrimEntries);
            AugmentationType? type = AugmentationTypes.Find(words[0]);
            double amount = type?.Usual ?? 0;
            if (words.Length > 1 && !double.TryParse(words[1], NumberStyles.Float, CultureInfo.InvariantCulture, out amount))
            {
                problems.Add(new SettingProblem(AugmentationTypes.Setting, type is { Amount: null }
                    ? $"has '{part}', but {type.Name} has no amount; give {type.Name}"
                    : $"has '{part}', which has no number behind the colon; give for example {type?.Example ?? "shift:0.1"}"));
                continue;
            }

            list.Add(new AugmentationSpec(words[0], amount));
        }

        if (list.Count > 0) problems.AddRange(AugmentationTypes.FindProblems(list, input: null));
        InvalidInputException.ThrowIfAny(problems);
        return list;
    }

    /// <summary>The form that gives a list: "flip,shift:0.1".</summary>
    /// <param name="list">The list, or null: none.</param>
    /// <returns>The text; null if there is none.</returns>
    public static string? Format(IReadOnlyList<AugmentationSpec>? list) => list is null ? null : string.Join(',', list);
}
