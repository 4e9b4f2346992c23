using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Schedules;
using DistConv.Training.Snapshots;

namespace DistConv.Training.Jobs;

/// <summary>Whether the parts of a job fit together.</summary>
public static class JobChecks
{
    /// <summary>Checks a job against the data at hand.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="data">The data.</param>
    /// <exception cref="InvalidInputException">Other data, another image shape, another number of classes, or more samples than there are.</exception>
    public static void EnsureFits(JobSpec spec, DataSource data)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        if (spec.DataFingerprint != data.Fingerprint)
        {
            throw new InvalidInputException($"data '{spec.Data}' here is not the job's: fingerprint {data.Fingerprint}, expected {spec.DataFingerprint}");
        }

        EnsureSettings(spec);
        EnsureFits(spec.ReadModel(), data);
        if (spec.Samples < 1 || (long)spec.Samples + spec.ValidationSamples > data.Train.Count)
        {
            string validation = spec.ValidationSamples > 0 ? $" and {spec.ValidationSamples} for validation" : "";
            throw new InvalidInputException($"--samples {spec.Samples}{validation}: data '{spec.Data}' has {data.Train.Count} training samples; choose 1 to {data.Train.Count}");
        }
    }

    /// <summary>Checks what a job says about its training, apart from its optimizer (see <see cref="Optimizers.OptimizerSettings"/>).</summary>
    /// <param name="spec">The job.</param>
    /// <exception cref="InvalidInputException">A setting is out of range.</exception>
    public static void EnsureSettings(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Schedule is { } schedule) Schedule.Validate(schedule, spec.TotalSteps);
        if (spec.ClipNorm is { } norm && !(norm > 0 && float.IsFinite(norm))) throw new InvalidInputException($"--clip-norm is {norm}; give a number above 0");
        if (spec.ValidationSamples < 0) throw new InvalidInputException($"validationSamples is {spec.ValidationSamples}; give at least 0");
        if (spec.EarlyStopPatience < 1) throw new InvalidInputException($"--early-stop is {spec.EarlyStopPatience}; give at least 1");
        if (spec.InitialWeights is { } digest && !Snapshot.IsDigest(digest)) throw new InvalidInputException($"initialWeights is '{digest}'; give 'sha256:' and 64 hexadecimal digits");
    }

    /// <summary>Checks a model against the data at hand.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <exception cref="InvalidInputException">Another image shape or number of classes; both are named.</exception>
    public static void EnsureFits(ModelSpec model, DataSource data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (model.Input.Size != data.Train.Shape.Size || model.Input.Channels != data.Train.Shape.Channels || model.Input.Height != data.Train.Shape.Height)
        {
            throw new InvalidInputException($"model '{model.Name}' takes {model.Input} but data '{data.Name}' has images of {data.Train.Shape}");
        }

        int classes = model.Infer().Classes;
        if (classes != data.Train.ClassCount)
        {
            throw new InvalidInputException($"model '{model.Name}' ends with {classes} classes but data '{data.Name}' has {data.Train.ClassCount}");
        }
    }
}
