using System.Globalization;
using DistConv.Core;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>Learning-rate schedules as people write them.</summary>
public static class ScheduleText
{
    /// <summary>The forms.</summary>
    public const string Forms = "constant, step:EPOCHS:FACTOR, cosine, cosine:LAST_FRACTION, exponential:FACTOR_PER_EPOCH";

    /// <summary>A schedule, without a check of its ranges (<see cref="ScheduleSettings.Validate"/>).</summary>
    /// <param name="text">One of <see cref="Forms"/>, or null: constant.</param>
    /// <param name="warmupSteps">Steps of a warm-up before it.</param>
    /// <returns>The schedule; null if the rate never changes.</returns>
    /// <exception cref="InvalidInputException">The text is none of the forms.</exception>
    public static ScheduleSpec? Parse(string? text, long warmupSteps)
    {
        string[] parts = (text ?? "constant").Split(':');
        ScheduleSpec? schedule = parts switch
        {
            ["constant"] => new ScheduleSpec("constant"),
            ["cosine"] => new ScheduleSpec("cosine"),
            ["cosine", var last] when Real(last) is { } fraction => new ScheduleSpec("cosine", MinFraction: fraction),
            ["exponential", var each] when Real(each) is { } factor => new ScheduleSpec("exponential", Factor: factor),
            ["step", var epochs, var each] when Real(each) is { } factor
                && int.TryParse(epochs, NumberStyles.None, CultureInfo.InvariantCulture, out int every) =>
                new ScheduleSpec("step", every, factor),
            _ => null,
        };
        if (schedule is null && !ScheduleSettings.Names.Contains(parts[0])) throw ScheduleSettings.Unknown(parts[0]);
        if (schedule is null) throw new InvalidInputException([new SettingProblem("schedule", $"is '{text}'; give one of: {Forms}")]);
        return schedule.Name == "constant" && warmupSteps == 0 ? null : schedule with { WarmupSteps = warmupSteps };
    }

    /// <summary>The form that gives a schedule, without its warm-up: "cosine:0.1".</summary>
    /// <param name="schedule">The schedule, or null: constant.</param>
    /// <returns>One of <see cref="Forms"/>.</returns>
    public static string Format(ScheduleSpec? schedule) => schedule?.Name switch
    {
        "step" => $"step:{schedule.EveryEpochs}:{schedule.Factor}",
        "cosine" when schedule.MinFraction > 0 => $"cosine:{schedule.MinFraction}",
        "exponential" => $"exponential:{schedule.Factor}",
        null => "constant",
        var name => name,
    };

    private static double? Real(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
}
