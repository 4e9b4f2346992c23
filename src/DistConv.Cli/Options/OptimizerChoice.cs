using DistConv.Client;
using DistConv.Core;
using DistConv.Training.Specification;

namespace DistConv.Cli.Options;

/// <summary>Optimizers as a command line names them.</summary>
internal static class OptimizerChoice
{
    /// <summary>The one that is used if none is named.</summary>
    public const string Default = TrainingRequest.DefaultOptimizer;

    /// <summary>"sgd, adadelta, adam, adamw, rmsprop".</summary>
    public static string Names { get; } = string.Join(", ", OptimizerSettings.Names);

    /// <summary>An optimizer with what is given instead of its defaults (<see cref="OptimizerSettings.Default"/>).</summary>
    /// <param name="name">One of <see cref="OptimizerSettings.Names"/>.</param>
    /// <param name="learningRate">The step size, or null.</param>
    /// <param name="momentum">sgd only: momentum, or null.</param>
    /// <param name="nesterov">sgd only.</param>
    /// <param name="weightDecay">sgd and adamw only: weight decay, or null.</param>
    /// <exception cref="InvalidInputException">The name is unknown, or a setting is not this optimizer's.</exception>
    public static OptimizerSpec Create(string name, float? learningRate = null, float? momentum = null, bool nesterov = false, float? weightDecay = null)
    {
        OptimizerSpec defaults = OptimizerSettings.Default(name);
        if (name != "sgd" && (momentum is not null || nesterov))
            throw new InvalidInputException($"{(nesterov ? "--nesterov" : "--momentum")} belongs to --optimizer sgd; {name} has no such setting");
        if (nesterov && momentum is null or 0)
            throw new InvalidInputException("--nesterov needs a --momentum above 0, for example --momentum 0.9");
        if (weightDecay is not null && !OptimizerSettings.HasWeightDecay(name))
            throw new InvalidInputException($"--weight-decay belongs to --optimizer adamw (decoupled) or sgd (L2); {name} has no such setting");
        OptimizerSpec chosen = defaults with
        {
            LearningRate = learningRate ?? defaults.LearningRate,
            Momentum = momentum ?? defaults.Momentum,
            Nesterov = nesterov,
            WeightDecay = weightDecay ?? defaults.WeightDecay,
        };
        OptimizerSettings.Validate(chosen);
        return chosen;
    }

    /// <summary>"adam, learning rate 0.001": what of it a person would want to see.</summary>
    public static string Describe(OptimizerSpec optimizer)
    {
        string momentum = optimizer.Momentum > 0 ? $", momentum {optimizer.Momentum}{(optimizer.Nesterov ? " (Nesterov)" : "")}" : "";
        string decay = optimizer.WeightDecay > 0 ? $", weight decay {optimizer.WeightDecay}" : "";
        return $"{optimizer.Name}, learning rate {optimizer.LearningRate}{momentum}{decay}";
    }
}
