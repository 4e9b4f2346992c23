using System.Globalization;
using DistConv.Core;
using DistConv.Training.Schedules;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>Learning-rate schedules as people write them.</summary>
public static class ScheduleText
{
    /// <summary>The forms.</summary>
    public const string Forms = "constant, step:EPOCHS:FACTOR, cosine, cosine:LAST_FRACTION, exponential:FACTOR_PER_EPOCH, "
        + "one-cycle[:PEAK_AT[:START_FRACTION[:LAST_FRACTION]]], restarts:EPOCHS[:GROWTH[:LAST_FRACTION]], "
        + "plateau:EPOCHS[:FACTOR[:MIN_FRACTION]], range:START_FRACTION";

    /// <summary>PyTorch's pct_start.</summary>
    private const double DefaultPeakAt = 0.3;

    /// <summary>One over PyTorch's div_factor.</summary>
    private const double DefaultStart = 1 / 25.0;

    /// <summary>One over PyTorch's div_factor and final_div_factor.</summary>
    private const double DefaultLast = 1 / (25.0 * 1e4);

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
            ["step", var epochs, var each] when Real(each) is { } factor && Whole(epochs) is { } every => new ScheduleSpec("step", every, factor),
            ["one-cycle", .. { Length: <= 3 } rest] when Reals(rest) is { } numbers => new ScheduleSpec("one-cycle", MinFraction: At(numbers, 2, DefaultLast))
            {
                PeakAt = At(numbers, 0, DefaultPeakAt),
                StartFraction = At(numbers, 1, DefaultStart),
            },
            ["restarts", var epochs, .. { Length: <= 2 } rest] when Whole(epochs) is { } every && Whole(rest.FirstOrDefault("1")) is { } growth
                && Reals(rest) is { } numbers => new ScheduleSpec("restarts", every, MinFraction: At(numbers, 1, 0)) { Growth = growth },
            [Plateau.Name, var epochs, .. { Length: <= 2 } rest] when Whole(epochs) is { } every && Reals(rest) is { } numbers =>
                new ScheduleSpec(Plateau.Name, every, At(numbers, 0, Plateau.DefaultFactor), At(numbers, 1, 0)),
            ["range", var start] when Real(start) is { } fraction => new ScheduleSpec("range") { StartFraction = fraction },
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
        "one-cycle" => $"one-cycle:{schedule.PeakAt}:{schedule.StartFraction}:{schedule.MinFraction}",
        "restarts" when schedule.MinFraction > 0 => $"restarts:{schedule.EveryEpochs}:{schedule.Growth}:{schedule.MinFraction}",
        "restarts" => $"restarts:{schedule.EveryEpochs}:{schedule.Growth}",
        Plateau.Name when schedule.MinFraction > 0 => $"plateau:{schedule.EveryEpochs}:{schedule.Factor}:{schedule.MinFraction}",
        Plateau.Name => $"plateau:{schedule.EveryEpochs}:{schedule.Factor}",
        "range" => $"range:{schedule.StartFraction}",
        null => "constant",
        var name => name,
    };

    private static double? Real(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    /// <summary>All of the texts as numbers, or null.</summary>
    private static double[]? Reals(string[] texts)
    {
        double?[] numbers = [.. texts.Select(Real)];
        return numbers.All(number => number is not null) ? [.. numbers.Select(number => number!.Value)] : null;
    }

    private static double At(double[] numbers, int index, double fallback) => index < numbers.Length ? numbers[index] : fallback;
}
