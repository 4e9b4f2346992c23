using DistConv.Core;

namespace DistConv.Training.Specification;

/// <summary>The schedules' names and the ranges of their settings.</summary>
public static class ScheduleSettings
{
    /// <summary>The largest growth of a cycle with each restart.</summary>
    public const int MaxGrowth = 100;

    private const string Unit = "a number above 0, at most 1";
    private const string EveryEpochs = "everyEpochs";
    private const string Growth = "growth";
    private const string Factor = "factor";
    private const string PeakAt = "peakAt";
    private const string StartFraction = "startFraction";
    private const string MinFraction = "minFraction";

    /// <summary>Names of the choices.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "step", "cosine", "exponential", "one-cycle", "restarts", "plateau", "range"];

    /// <summary>Checks every setting.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="totalSteps">Steps of the whole job.</param>
    /// <exception cref="InvalidInputException">Unknown name, or a setting out of range.</exception>
    public static void Validate(ScheduleSpec schedule, long totalSteps) => InvalidInputException.ThrowIfAny(FindProblems(schedule, totalSteps));

    /// <summary>Checks every setting: those that the schedule has, that the others are 0, and the warm-up.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="totalSteps">Steps of the whole job.</param>
    /// <returns>What is wrong; empty if nothing is.</returns>
    public static IReadOnlyList<SettingProblem> FindProblems(ScheduleSpec schedule, long totalSteps)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var problems = new SettingProblems();
        if (SettingsOf(schedule.Name) is { } own) CheckSettings(schedule, own, problems);
        else problems.Add(Unknown(schedule.Name).Problems);
        if (schedule.Name == "one-cycle" && schedule.WarmupSteps > 0)
            problems.Add("schedule.warmupSteps", $"is {schedule.WarmupSteps}, but the schedule one-cycle begins with a rise of its own; leave it out");
        if (schedule.WarmupSteps < 0 || schedule.WarmupSteps >= long.Max(totalSteps, 1))
            problems.Add("schedule.warmupSteps", $"is {schedule.WarmupSteps}, but the job has {totalSteps} steps; give 0 to {long.Max(totalSteps - 1, 0)}");
        return problems.All;
    }

    /// <summary>The settings that a schedule has besides the warm-up.</summary>
    private static string[]? SettingsOf(string? name) => name switch
    {
        "constant" => [],
        "step" => [EveryEpochs, Factor],
        "cosine" => [MinFraction],
        "exponential" => [Factor],
        "one-cycle" => [PeakAt, StartFraction, MinFraction],
        "restarts" => [EveryEpochs, Growth, MinFraction],
        "plateau" => [EveryEpochs, Factor, MinFraction],
        "range" => [StartFraction],
        _ => null,
    };

    private static void CheckSettings(ScheduleSpec schedule, string[] own, SettingProblems problems)
    {
        if (Has(EveryEpochs, schedule.EveryEpochs)) problems.Range("schedule.everyEpochs", schedule.EveryEpochs, 1, SpecificationLimits.MaxEpochs);
        if (Has(Growth, schedule.Growth)) problems.Range("schedule.growth", schedule.Growth, 1, MaxGrowth);
        if (Has(Factor, schedule.Factor)) problems.Real("schedule.factor", schedule.Factor, schedule.Factor is > 0 and <= 1, Unit);
        if (schedule is { Name: "plateau", Factor: 1 }) problems.Add("schedule.factor", "is 1, which reduces nothing; give a number above 0, below 1");
        if (Has(PeakAt, schedule.PeakAt))
            problems.Real("schedule.peakAt", schedule.PeakAt, schedule.PeakAt is > 0 and < 1, "a number above 0, below 1");
        if (Has(StartFraction, schedule.StartFraction))
            problems.Real("schedule.startFraction", schedule.StartFraction, schedule.StartFraction is > 0 and <= 1, Unit);
        if (Has(MinFraction, schedule.MinFraction))
            problems.Real("schedule.minFraction", schedule.MinFraction, schedule.MinFraction is >= 0 and <= 1, "a number from 0 to 1");

        bool Has(string name, double value)
        {
            if (own.Contains(name)) return true;
            if (value != 0) problems.Add($"schedule.{name}", $"is {value}, but the schedule {schedule.Name} has no such setting; leave it out");
            return false;
        }
    }

    /// <summary>What to say about a name that is none.</summary>
    /// <param name="name">The name.</param>
    /// <returns>One line with the choices.</returns>
    public static InvalidInputException Unknown(string? name) => new(
        [new SettingProblem(
            "schedule.name", $"is '{name}', which is unknown; choose one of: {string.Join(", ", Names)}{Suggestion.DidYouMean(name ?? "", Names)}")]);
}
