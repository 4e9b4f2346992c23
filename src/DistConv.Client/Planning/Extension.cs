using DistConv.Core;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Client.Planning;

/// <summary>How long an extended job is.</summary>
internal static class Extension
{
    /// <summary>The steps of a job of some epochs.</summary>
    /// <param name="job">The job's id, for messages.</param>
    /// <param name="spec">The job as it is.</param>
    /// <param name="epochs">Its new length.</param>
    /// <exception cref="InvalidInputException">It is no longer than before, or too long.</exception>
    public static long TotalSteps(string job, JobSpec spec, int epochs)
    {
        int stepsPerEpoch = ShardPlan.Of(spec).StepsPerEpoch;
        long steps = (long)epochs * stepsPerEpoch;
        if (epochs >= 1 && steps > spec.TotalSteps && steps <= SpecificationLimits.MaxSteps) return steps;
        long least = (spec.TotalSteps / stepsPerEpoch) + 1, most = SpecificationLimits.MaxSteps / stepsPerEpoch;
        throw new InvalidInputException([new SettingProblem(
            "epochs", $"is {epochs}, but job '{job}' has {spec.TotalSteps} steps of {stepsPerEpoch} an epoch already; give {least} to {most}")]);
    }
}
