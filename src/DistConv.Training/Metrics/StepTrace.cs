using System.Diagnostics;

namespace DistConv.Training.Metrics;

/// <summary>
/// Traces of sampled steps: every hundredth, and those that took three times as long as usual. An activity is made when its step is over, so a step that is
/// not sampled costs a comparison. Not for several threads.
/// </summary>
/// <param name="job">The job's id.</param>
public sealed class StepTrace(string job)
{
    /// <summary>Steps between two that are traced in any case.</summary>
    public const long EverySteps = 100;

    private const int WarmUpSteps = 20;
    private const double SlowTimes = 3, NewestWeight = 0.05;

    private double _usualMs;
    private int _seen;

    /// <summary>A step is over.</summary>
    /// <param name="step">Its number.</param>
    /// <param name="span">When it began and ended.</param>
    /// <param name="phases">When its phases did.</param>
    /// <param name="totals">Its sums.</param>
    public void Add(long step, PhaseSpan span, in PhaseSpans phases, StepTotals totals)
    {
        double milliseconds = span.Milliseconds;
        bool isSlow = _seen >= WarmUpSteps && milliseconds > SlowTimes * _usualMs;
        _usualMs = _seen++ == 0 ? milliseconds : _usualMs + (NewestWeight * (milliseconds - _usualMs));
        if ((isSlow || step % EverySteps == 0) && Telemetry.Activities.HasListeners()) Write(step, isSlow, span, phases, totals);
    }

    private void Write(long step, bool isSlow, PhaseSpan span, in PhaseSpans phases, StepTotals totals)
    {
        Clock clock = new(Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        using Activity? activity = Telemetry.Activities.StartActivity(
            Telemetry.StepActivity, ActivityKind.Internal, default(ActivityContext), startTime: clock.At(span.Start));
        if (activity is null) return;
        activity.SetTag("distconv.job_id", job).SetTag("distconv.step", step).SetTag("distconv.samples", totals.Samples)
            .SetTag("distconv.loss", totals.LossSum / totals.Samples).SetTag("distconv.slow", isSlow);
        Write(activity, "compute", phases.Compute, clock);
        Write(activity, "exchange", phases.Exchange, clock);
        Write(activity, "reduce", phases.Reduce, clock);
        Write(activity, "update", phases.Update, clock);
        activity.SetEndTime(clock.At(span.End).UtcDateTime);
    }

    private static void Write(Activity step, string phase, PhaseSpan span, Clock clock)
    {
        using Activity? activity = Telemetry.Activities.StartActivity(
            $"{Telemetry.StepActivity}.{phase}", ActivityKind.Internal, step.Context, startTime: clock.At(span.Start));
        activity?.SetEndTime(clock.At(span.End).UtcDateTime);
    }

    /// <summary>Turns the monotonic clock into the time of day.</summary>
    private readonly record struct Clock(long Timestamp, DateTimeOffset Now)
    {
        public DateTimeOffset At(long timestamp) => Now - Stopwatch.GetElapsedTime(timestamp, Timestamp);
    }
}
