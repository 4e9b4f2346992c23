namespace DistConv.Training.Metrics;

/// <summary>Durations of a run's steps: throughput after the warm-up, percentiles of the last steps, means of the phases.</summary>
public sealed class StepClock
{
    /// <summary>Steps that do not count for the throughput.</summary>
    public const int WarmUpSteps = 10;

    private const int Window = 4096;
    private readonly double[] _recent = new double[Window];
    private long _steps;
    private double _warmMilliseconds;
    private long _warmSamples;
    private double _compute, _exchange, _reduce, _update;

    /// <summary>Bytes that left a process.</summary>
    public long ExchangedBytes { get; private set; }

    /// <summary>Training samples a second after the warm-up; over all steps as long as there is nothing else.</summary>
    public double SamplesPerSecond => _warmMilliseconds > 0 ? _warmSamples * 1000 / _warmMilliseconds : 0;

    /// <summary>Mean of each phase; bytes are the total.</summary>
    public StepTiming MeanTiming =>
        _steps == 0 ? default : new StepTiming(_compute / _steps, _exchange / _steps, _reduce / _steps, _update / _steps, ExchangedBytes);

    /// <summary>Notes a step. Allocates nothing.</summary>
    /// <param name="samples">Its samples.</param>
    /// <param name="milliseconds">Its duration.</param>
    /// <param name="timing">Its phases.</param>
    public void Add(int samples, double milliseconds, StepTiming timing)
    {
        if (_steps == WarmUpSteps)
        {
            _warmMilliseconds = 0;
            _warmSamples = 0;
        }

        _recent[_steps % Window] = milliseconds;
        _steps++;
        _warmMilliseconds += milliseconds;
        _warmSamples += samples;
        _compute += timing.Compute;
        _exchange += timing.Exchange;
        _reduce += timing.Reduce;
        _update += timing.Update;
        ExchangedBytes += timing.ExchangedBytes;
    }

    /// <summary>A percentile of the last 4,096 steps.</summary>
    /// <param name="fraction">0 … 1.</param>
    /// <returns>Milliseconds; 0 before the first step.</returns>
    public double Percentile(double fraction)
    {
        int count = (int)long.Min(_steps, Window);
        if (count == 0) return 0;
        double[] sorted = _recent[..count];
        Array.Sort(sorted);
        return sorted[int.Clamp((int)double.Round(fraction * (count - 1)), 0, count - 1)];
    }
}
