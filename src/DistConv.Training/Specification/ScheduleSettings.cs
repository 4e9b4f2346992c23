using DistConv.Core;

namespace DistConv.Training.Specification;

/// <summary>Names of the schedules, and the ranges of their settings.</summary>
public static class ScheduleSettings
{
    /// <summary>Names of the choices.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "step", "cosine", "exponential"];

    /// <summary>Checks every setting.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="totalSteps">Steps of the whole job.</param>
    /// <exception cref="InvalidInputException">Unknown name, or a setting out of range.</exception>
    public static void Validate(ScheduleSpec schedule, long totalSteps)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (!Names.Contains(schedule.Name)) throw Unknown(schedule.Name);
        if (schedule.Name == "step" && schedule.EveryEpochs < 1) throw Range(schedule, "number of epochs", schedule.EveryEpochs, "must be at least 1");
        if (schedule.Name is "step" or "exponential" && !(schedule.Factor > 0 && schedule.Factor <= 1))
        {
            throw Range(schedule, "factor", schedule.Factor, "must be greater than 0 and at most 1");
        }

        if (!(schedule.MinFraction >= 0 && schedule.MinFraction <= 1)) throw Range(schedule, "last fraction", schedule.MinFraction, "must be from 0 to 1");
        if (schedule.WarmupSteps < 0 || schedule.WarmupSteps >= totalSteps)
        {
            throw new InvalidInputException($"--warmup is {schedule.WarmupSteps}, but the job has {totalSteps} steps; give 0 to {totalSteps - 1}");
        }
    }

    /// <summary>What to say about a name that is none.</summary>
    /// <param name="name">The name.</param>
    /// <returns>One line with the choices.</returns>
    public static InvalidInputException Unknown(string name) =>
        new($"unknown schedule '{name}'; choose one of: {string.Join(", ", Names)}{Suggestion.DidYouMean(name, Names)}");

    private static InvalidInputException Range(ScheduleSpec schedule, string setting, double value, string rule) =>
        new($"schedule {schedule.Name}: {setting} {value} {rule}");
}
