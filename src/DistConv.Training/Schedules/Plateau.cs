using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Training.Schedules;

/// <summary>
/// A rate that falls when the loss no longer does, as Keras's ReduceLROnPlateau (keras/src/callbacks/reduce_lr_on_plateau.py) with min_delta 0 and no
/// cooldown: when E epochs in turn have brought no loss below the lowest so far, the fraction f becomes max(f · factor, m), and the E epochs are counted anew.
/// The fraction is a function of the specification and of the losses of the epochs that have ended, which snapshots keep: a run that resumes has the same one.
/// A coordinator sends it along with each step's update, because silos do not know all epochs.
/// </summary>
public static class Plateau
{
    /// <summary>The schedule's name.</summary>
    public const string Name = "plateau";

    /// <summary>Keras's factor.</summary>
    public const double DefaultFactor = 0.1;

    /// <summary>The fraction that the losses have led to. It goes by the validation loss, or without validation samples by the held-out loss.</summary>
    /// <param name="schedule">The job's schedule; null, or another one: the fraction is 1.</param>
    /// <param name="epochs">The epochs that have ended, ascending.</param>
    /// <param name="step">Whose update it is for: epochs that end after it do not count.</param>
    /// <returns>A fraction of the full rate, 0 … 1.</returns>
    public static double Fraction(ScheduleSpec? schedule, IReadOnlyList<EpochMetrics> epochs, long step)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        if (schedule is not { Name: Name }) return 1;
        double fraction = 1, lowest = double.PositiveInfinity;
        int without = 0;
        for (int i = 0; i < epochs.Count && epochs[i].Step <= step; i++)
        {
            double loss = EarlyStopping.Loss(epochs[i]);
            without = loss < lowest ? 0 : without + 1; // A loss that is not a number is never lower.
            if (without == 0) lowest = loss;
            if (without < schedule.EveryEpochs) continue;
            double reduced = fraction * schedule.Factor;
            fraction = reduced > schedule.MinFraction ? reduced : schedule.MinFraction;
            without = 0;
        }

        return fraction;
    }
}
