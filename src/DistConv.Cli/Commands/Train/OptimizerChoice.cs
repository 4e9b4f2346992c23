using DistConv.Core;
using DistConv.Training.Optimizers;

namespace DistConv.Cli.Commands.Train;

/// <summary>Optimizers as a command line names them, with Keras's defaults.</summary>
internal static class OptimizerChoice
{
    /// <summary>The names, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["adam", "adadelta", "sgd"];

    /// <summary>Makes a specification. Defaults: sgd 0.01; adadelta 1.0 (as in mnist_cnn), rho 0.95, epsilon 1e-7; adam 0.001, 0.9, 0.999, 1e-7.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="learningRate">The step size, or null for the default.</param>
    /// <param name="momentum">sgd only: momentum; null: 0.</param>
    /// <param name="nesterov">sgd only.</param>
    /// <exception cref="InvalidInputException">The name is unknown, or a setting is not this optimizer's.</exception>
    public static OptimizerSpec Create(string name, float? learningRate = null, float? momentum = null, bool nesterov = false)
    {
        if (!Names.Contains(name))
            throw new InvalidInputException($"--optimizer is '{name}'; the choices are {string.Join(", ", Names)}{Suggestion.DidYouMean(name, Names)}");
        if (name != "sgd" && (momentum is not null || nesterov))
            throw new InvalidInputException($"{(nesterov ? "--nesterov" : "--momentum")} belongs to --optimizer sgd; {name} has no such setting");
        if (nesterov && momentum is null or 0)
            throw new InvalidInputException("--nesterov needs a --momentum above 0, for example --momentum 0.9");
        return name switch
        {
            "sgd" => new OptimizerSpec(name, learningRate ?? 0.01f, Momentum: momentum ?? 0f, Nesterov: nesterov),
            "adadelta" => new OptimizerSpec(name, learningRate ?? 1f, Rho: 0.95f, Epsilon: 1e-7f),
            _ => new OptimizerSpec(name, learningRate ?? 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f),
        };
    }

    /// <summary>"adam, learning rate 0.001": what of it a person would want to see.</summary>
    public static string Describe(OptimizerSpec optimizer)
    {
        string momentum = optimizer.Momentum > 0 ? $", momentum {optimizer.Momentum}{(optimizer.Nesterov ? " (Nesterov)" : "")}" : "";
        return $"{optimizer.Name}, learning rate {optimizer.LearningRate}{momentum}";
    }
}
