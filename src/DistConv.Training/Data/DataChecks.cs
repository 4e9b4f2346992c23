using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Training.Specification;

namespace DistConv.Training.Data;

/// <summary>Whether a job fits the data at hand.</summary>
public static class DataChecks
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

        JobSpecCheck.EnsureValid(spec);
        if (spec.Labels != data.Train.Labels)
            throw new InvalidInputException([new SettingProblem("labels", $"is {spec.Labels}, but data '{data.Name}' has {data.Train.LabelText()}")]);
        if (spec.ClassWeights is { } weights && weights.Count != data.Train.ClassCount)
        {
            string problem = $"has {weights.Count} numbers, but data '{data.Name}' has {data.Train.LabelText()}";
            throw new InvalidInputException([new SettingProblem("classWeights", problem)]);
        }

        EnsureFits(spec.ReadModel(), data);
        if (spec.Samples < 1 || (long)spec.Samples + spec.ValidationSamples > data.Train.Count)
        {
            string validation = spec.ValidationSamples > 0 ? $" and {spec.ValidationSamples} more are for validation" : "";
            throw new InvalidInputException(
                [new SettingProblem("samples",
                    $"is {spec.Samples}{validation}, but data set '{data.Name}' has {data.Train.Count} training samples; give 1 to {data.Train.Count}")]);
        }

        if (OversampledDataset.FindProblem(spec, data.Train) is { } problemOfCounts) throw new InvalidInputException([problemOfCounts]);
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

        ModelPlan plan = model.Infer();
        if (data.Train.Labels != LabelKind.Class)
        {
            TargetChecks.EnsureFits(plan, data);
            return;
        }

        if (plan.Classes == 0 || plan.Classes == data.Train.ClassCount) return; // One number can be that of any class.
        string unit = plan.Output.Size == 1 ? " (one sigmoid unit)" : "";
        throw new InvalidInputException($"model '{model.Name}' ends with {plan.Classes} classes{unit} but data '{data.Name}' has {data.Train.ClassCount}");
    }
}
