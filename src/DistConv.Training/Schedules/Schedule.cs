using DistConv.Core;
using DistConv.Core.Numerics;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Training.Schedules;

/// <summary>
/// Learning rates as pure functions of the job and the step: every replica computes the same rate, and a resumed run needs no state. One schedule
/// also depends on losses (see <see cref="Plateau"/>); its fraction comes with each update. A schedule gives the
/// fraction of the optimizer's learning rate, in double and without the platform's mathematics; the product is rounded to float once.
/// </summary>
public static class Schedule
{
    /// <summary>The learning rate of a step: the optimizer's, times <see cref="Fraction"/>.</summary>
    /// <param name="job">The job; without a schedule the rate is constant.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, ≥ 1.</param>
    /// <param name="carried">What the losses have led to: see <see cref="Plateau.Fraction"/>. Other schedules than that one ignore it.</param>
    /// <returns>The rate.</returns>
    public static float Rate(JobSpec job, long step, int stepsPerEpoch, double carried = 1)
    {
        ArgumentNullException.ThrowIfNull(job);
        float full = job.Optimizer.LearningRate;
        return job.Schedule is { } schedule ? (float)(full * Fraction(schedule, step, job.TotalSteps, stepsPerEpoch, carried)) : full;
    }

    /// <summary>As <see cref="Rate(JobSpec, long, int, double)"/>, for whoever knows the epochs that have ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, ≥ 1.</param>
    /// <param name="epochs">The epochs, ascending.</param>
    /// <returns>The rate.</returns>
    public static float Rate(JobSpec job, long step, int stepsPerEpoch, IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Rate(job, step, stepsPerEpoch, Plateau.Fraction(job.Schedule, epochs, step));
    }

    /// <summary>The schedule's value, times <see cref="Warmup"/> while that lasts.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="totalSteps">Steps of the whole job.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, ≥ 1.</param>
    /// <param name="carried">See <see cref="Rate(JobSpec, long, int, double)"/>.</param>
    /// <returns>A fraction of the full rate, 0 … 1.</returns>
    public static double Fraction(ScheduleSpec schedule, long step, long totalSteps, int stepsPerEpoch, double carried = 1)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        double fraction = schedule.Name switch
        {
            "step" => Steps(step / stepsPerEpoch, schedule.EveryEpochs, schedule.Factor),
            "cosine" => Cosine(step - schedule.WarmupSteps, totalSteps - schedule.WarmupSteps, schedule.MinFraction),
            "exponential" => Exponential((double)step / stepsPerEpoch, schedule.Factor),
            "constant" => 1,
            "one-cycle" => Cycles.OneCycle(step, totalSteps, schedule.PeakAt, schedule.StartFraction, schedule.MinFraction),
            "restarts" => Cycles.Restarts(
                step - schedule.WarmupSteps, (long)schedule.EveryEpochs * stepsPerEpoch, schedule.Growth, schedule.MinFraction),
            Plateau.Name => carried,
            "range" => Cycles.Range(step, totalSteps, schedule.StartFraction),
            _ => throw ScheduleSettings.Unknown(schedule.Name),
        };
        return step < schedule.WarmupSteps ? fraction * Warmup(step, schedule.WarmupSteps) : fraction;
    }

    /// <summary>(s + 1) / W: the gradual warm-up of Goyal et al. 2017 (arXiv:1706.02677), section 2.2; full at the last of the W steps.</summary>
    /// <param name="step">s, from 0, less than W.</param>
    /// <param name="warmupSteps">W.</param>
    /// <returns>A fraction, &gt; 0.</returns>
    public static double Warmup(long step, long warmupSteps) => (double)(step + 1) / warmupSteps;

    /// <summary>fᵏ with k = ⌊epoch / every⌋: step decay, as PyTorch's StepLR and, for one interval, Keras's ExponentialDecay with a staircase.</summary>
    /// <param name="epoch">Epoch, from 0; a warm-up's epochs count.</param>
    /// <param name="everyEpochs">Epochs between two reductions.</param>
    /// <param name="factor">f.</param>
    /// <returns>A fraction.</returns>
    public static double Steps(long epoch, int everyEpochs, double factor) => ExactMath.Pow(factor, epoch / everyEpochs);

    /// <summary>m + (1 − m) · ½ (1 + cos(π t / T)): Loshchilov and Hutter 2017 (SGDR, arXiv:1608.03983), equation 5, without restarts.</summary>
    /// <param name="step">t, from 0; steps of a warm-up do not count, so below 0 the fraction is 1; from T on it is m.</param>
    /// <param name="steps">T, ≥ 1.</param>
    /// <param name="minFraction">m.</param>
    /// <returns>A fraction.</returns>
    public static double Cosine(long step, long steps, double minFraction)
    {
        if (step <= 0) return 1;
        if (step >= steps) return minFraction;
        double half = 0.5 * (1 + ExactMath.Cos(double.Pi * step / steps));
        return minFraction + ((1 - minFraction) * half);
    }

    /// <summary>f^epochs, falling a little with every step: Keras's ExponentialDecay (keras/src/optimizers/schedules) without a staircase.</summary>
    /// <param name="epochs">Epochs so far, with the fraction of the current one.</param>
    /// <param name="factor">f.</param>
    /// <returns>A fraction.</returns>
    public static double Exponential(double epochs, double factor) => ExactMath.Pow(factor, epochs);

    /// <summary>Whether the rates depend on how many steps the job has.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <returns>True for the cosine, the one cycle and the range.</returns>
    /// <exception cref="InvalidInputException">Unknown name.</exception>
    public static bool DependsOnTotal(ScheduleSpec schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return schedule.Name switch
        {
            "cosine" or "one-cycle" or "range" => true,
            "constant" or "step" or "exponential" or "restarts" or Plateau.Name => false,
            _ => throw ScheduleSettings.Unknown(schedule.Name),
        };
    }
}
