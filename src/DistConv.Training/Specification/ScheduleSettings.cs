using DistConv.Core;

namespace DistConv.Training.Specification;

/// <summary>The schedules' names and the ranges of their settings.</summary>
public static class ScheduleSettings
{
    private const string Unit = "a number above 0, at most 1";

    /// <summary>Names of the choices.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "step", "cosine", "exponential"];

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
        bool hasFactor = schedule.Factor is > 0 and <= 1;
        switch (schedule.Name)
        {
            case "constant":
                Foreign("everyEpochs", schedule.EveryEpochs);
                Foreign("factor", schedule.Factor);
                Foreign("minFraction", schedule.MinFraction);
                break;
            case "step":
                problems.Range("schedule.everyEpochs", schedule.EveryEpochs, 1, SpecificationLimits.MaxEpochs);
                problems.Real("schedule.factor", schedule.Factor, hasFactor, Unit);
                Foreign("minFraction", schedule.MinFraction);
                break;
            case "cosine":
                Foreign("everyEpochs", schedule.EveryEpochs);
                Foreign("factor", schedule.Factor);
                problems.Real("schedule.minFraction", schedule.MinFraction, schedule.MinFraction is >= 0 and <= 1, "a number from 0 to 1");
                break;
            case "exponential":
                Foreign("everyEpochs", schedule.EveryEpochs);
                problems.Real("schedule.factor", schedule.Factor, hasFactor, Unit);
                Foreign("minFraction", schedule.MinFraction);
                break;
            default:
                problems.Add(Unknown(schedule.Name).Problems);
                break;
        }

        if (schedule.WarmupSteps < 0 || schedule.WarmupSteps >= long.Max(totalSteps, 1))
            problems.Add("schedule.warmupSteps", $"is {schedule.WarmupSteps}, but the job has {totalSteps} steps; give 0 to {long.Max(totalSteps - 1, 0)}");
        return problems.All;

        void Foreign(string name, double value)
        {
            if (value != 0) problems.Add($"schedule.{name}", $"is {value}, but the schedule {schedule.Name} has no such setting; leave it out");
        }
    }

    /// <summary>What to say about a name that is none.</summary>
    /// <param name="name">The name.</param>
    /// <returns>One line with the choices.</returns>
    public static InvalidInputException Unknown(string? name) => new(
        [new SettingProblem(
            "schedule.name", $"is '{name}', which is unknown; choose one of: {string.Join(", ", Names)}{Suggestion.DidYouMean(name ?? "", Names)}")]);
}
