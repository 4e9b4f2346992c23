using System.Globalization;
using DistConv.Core;

namespace DistConv.Client;

/// <summary>Which snapshot of a job. The default value is <see cref="BestElseLast"/>.</summary>
public readonly record struct SnapshotChoice
{
    private enum Kind
    {
        BestElseLast,
        Best,
        Last,
        Step,
    }

    private readonly Kind _kind;
    private readonly long _step;

    private SnapshotChoice(Kind kind, long step = 0) => (_kind, _step) = (kind, step);

    /// <summary>The best epoch's snapshot; the last one if no epoch has ended or the best epoch's snapshot is gone or damaged.</summary>
    public static SnapshotChoice BestElseLast => default;

    /// <summary>The snapshot of the epoch with the lowest validation loss (without validation samples: test loss).</summary>
    public static SnapshotChoice Best => new(Kind.Best);

    /// <summary>The newest snapshot that is whole.</summary>
    public static SnapshotChoice Last => new(Kind.Last);

    /// <summary>Whether this is the last snapshot.</summary>
    internal bool IsLast => _kind == Kind.Last;

    /// <summary>Whether this is the best epoch's snapshot, and nothing else will do.</summary>
    internal bool IsBest => _kind == Kind.Best;

    /// <summary>The step, if a step was named.</summary>
    internal long? Step => _kind == Kind.Step ? _step : null;

    /// <summary>The snapshot of a step.</summary>
    /// <param name="step">How many updates were applied, at least 0.</param>
    /// <returns>The choice.</returns>
    public static SnapshotChoice AtStep(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return new SnapshotChoice(Kind.Step, step);
    }

    /// <summary>Reads "best", "last" or a step.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="InvalidInputException">It is something else.</exception>
    public static SnapshotChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "best" => Best,
            "last" => Last,
            _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step) => AtStep(step),
            _ => throw new InvalidInputException($"'{text}' names no snapshot: give best, last, or a step such as 0"),
        };
    }

    /// <summary>The choice as people write it after "@".</summary>
    /// <returns>"best", "last", a step; or "best or last" for the default.</returns>
    public override string ToString() => _kind switch
    {
        Kind.BestElseLast => "best or last",
        Kind.Best => "best",
        Kind.Last => "last",
        Kind.Step => _step.ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"unknown choice {_kind}"),
    };
}
