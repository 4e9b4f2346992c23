using System.Globalization;
using DistConv.Core;

namespace DistConv.Training.Specification;

/// <summary>Collects what is wrong with settings.</summary>
internal sealed class SettingProblems
{
    private readonly List<SettingProblem> _problems = [];

    /// <summary>What has been found.</summary>
    public IReadOnlyList<SettingProblem> All => _problems;

    /// <summary>Notes a problem.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="problem">The rest of the sentence.</param>
    public void Add(string setting, string problem) => _problems.Add(new SettingProblem(setting, problem));

    /// <summary>Notes problems that were found elsewhere.</summary>
    /// <param name="problems">The problems.</param>
    public void Add(IEnumerable<SettingProblem> problems) => _problems.AddRange(problems);

    /// <summary>Checks a whole number.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="value">Its value.</param>
    /// <param name="min">Smallest value.</param>
    /// <param name="max">Largest value.</param>
    /// <returns>Whether it is in range.</returns>
    public bool Range(string setting, long value, long min, long max)
    {
        if (value >= min && value <= max) return true;
        Add(setting, string.Create(CultureInfo.InvariantCulture, $"is {value}; give {min} to {max}"));
        return false;
    }

    /// <summary>Checks a finite number.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isAllowed">Its range.</param>
    /// <param name="range">The range in words: "a number above 0".</param>
    /// <returns>Whether it is in range.</returns>
    public bool Real(string setting, double value, bool isAllowed, string range)
    {
        if (isAllowed && double.IsFinite(value)) return true;
        Add(setting, string.Create(CultureInfo.InvariantCulture, $"is {(float)value}; give {range}"));
        return false;
    }

    /// <summary>Checks a text that must not be missing.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="value">Its value.</param>
    /// <param name="maxLength">Its largest number of characters.</param>
    /// <returns>Whether it can be looked at further.</returns>
    public bool Text(string setting, string? value, int maxLength)
    {
        if (string.IsNullOrEmpty(value)) Add(setting, $"is missing; give 1 to {maxLength} characters");
        else if (value.Length > maxLength) Add(setting, $"has {value.Length} characters; give 1 to {maxLength}");
        else if (value.Any(char.IsControl)) Add(setting, "has control characters; leave them out");
        else return true;
        return false;
    }
}
