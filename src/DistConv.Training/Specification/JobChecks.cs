using DistConv.Core;

namespace DistConv.Training.Specification;

/// <summary>Whether the settings of a job are in range.</summary>
public static class JobChecks
{
    /// <summary>Checks what a job says about its training, apart from its optimizer (see <see cref="OptimizerSettings"/>).</summary>
    /// <param name="spec">The job.</param>
    /// <exception cref="InvalidInputException">A setting is out of range.</exception>
    public static void EnsureSettings(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Schedule is { } schedule) ScheduleSettings.Validate(schedule, spec.TotalSteps);
        if (spec.ClipNorm is { } norm && !(norm > 0 && float.IsFinite(norm))) throw new InvalidInputException($"--clip-norm is {norm}; give a number above 0");
        if (spec.ValidationSamples < 0) throw new InvalidInputException($"validationSamples is {spec.ValidationSamples}; give at least 0");
        if (spec.EarlyStopPatience < 1) throw new InvalidInputException($"--early-stop is {spec.EarlyStopPatience}; give at least 1");
        if (spec.InitialWeights is { } digest && !Sha256Digest.IsValid(digest))
            throw new InvalidInputException($"initialWeights is '{digest}'; give 'sha256:' and 64 hexadecimal digits");
    }
}
