using DistConv.Core;

namespace DistConv.Training.Specification;

/// <summary>Defaults and ranges of the optimizers' settings.</summary>
public static class OptimizerSettings
{
    /// <summary>Names of the choices.</summary>
    public static IReadOnlyList<string> Names { get; } = ["sgd", "adadelta", "adam", "adamw", "rmsprop"];

    /// <summary>
    /// An optimizer with its defaults. As Keras's classes: sgd: rate 0.01, no momentum; adam: rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁷; adamw: the same with weight
    /// decay 0.004; rmsprop: rate 0.001, ρ 0.9, ε 10⁻⁷. adadelta: rate 1.0, ρ 0.95, ε 10⁻⁷, as Keras's mnist_cnn example passes them (the class's own default
    /// of 0.001 trains hardly at all).
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="InvalidInputException">Unknown name.</exception>
    public static OptimizerSpec Default(string name) => name switch
    {
        "sgd" => new OptimizerSpec("sgd", 0.01f),
        "adadelta" => new OptimizerSpec("adadelta", 1f, Rho: 0.95f, Epsilon: 1e-7f),
        "adam" => new OptimizerSpec("adam", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f),
        "adamw" => new OptimizerSpec("adamw", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f, WeightDecay: 0.004f),
        "rmsprop" => new OptimizerSpec("rmsprop", 0.001f, Rho: 0.9f, Epsilon: 1e-7f),
        _ => throw Unknown(name),
    };

    /// <summary>Checks every setting.</summary>
    /// <param name="spec">The specification.</param>
    /// <exception cref="InvalidInputException">Unknown name, or a setting out of range.</exception>
    public static void Validate(OptimizerSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!Names.Contains(spec.Name)) throw Unknown(spec.Name);
        if (!(spec.LearningRate > 0) || !float.IsFinite(spec.LearningRate)) throw Range(spec, "learning rate", spec.LearningRate, "must be greater than 0 and finite");
        if (!IsFraction(spec.Momentum)) throw Range(spec, "momentum", spec.Momentum, "must be at least 0 and less than 1");
        if (spec.Name != "sgd" && spec.Nesterov) throw new InvalidInputException($"optimizer {spec.Name}: has no Nesterov momentum; use --optimizer sgd");
        if (spec.Nesterov && spec.Momentum == 0) throw new InvalidInputException("optimizer sgd: Nesterov needs a momentum greater than 0");
        if (!IsFraction(spec.Rho)) throw Range(spec, "rho", spec.Rho, "must be at least 0 and less than 1");
        if (!IsFraction(spec.Beta1)) throw Range(spec, "beta1", spec.Beta1, "must be at least 0 and less than 1");
        if (!IsFraction(spec.Beta2)) throw Range(spec, "beta2", spec.Beta2, "must be at least 0 and less than 1");
        if (spec.Name != "sgd" && (!(spec.Epsilon > 0) || !float.IsFinite(spec.Epsilon)))
        {
            throw Range(spec, "epsilon", spec.Epsilon, "must be greater than 0 and finite");
        }

        if (spec.Name != "sgd" && spec.Momentum != 0) throw new InvalidInputException($"optimizer {spec.Name}: has no momentum; use --optimizer sgd");
        if (!(spec.WeightDecay >= 0) || !float.IsFinite(spec.WeightDecay)) throw Range(spec, "weight decay", spec.WeightDecay, "must be at least 0 and finite");
        if (spec.WeightDecay != 0 && !HasWeightDecay(spec.Name)) throw new InvalidInputException($"optimizer {spec.Name}: has no weight decay; use --optimizer adamw or sgd");
    }

    /// <summary>Whether an optimizer has a weight decay.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>True for adamw and sgd.</returns>
    public static bool HasWeightDecay(string name) => name is "adamw" or "sgd";

    private static bool IsFraction(float value) => value >= 0 && value < 1;

    private static InvalidInputException Unknown(string name) =>
        new($"unknown optimizer '{name}'; choose one of: {string.Join(", ", Names)}{Suggestion.DidYouMean(name, Names)}");

    private static InvalidInputException Range(OptimizerSpec spec, string setting, float value, string rule) =>
        new($"optimizer {spec.Name}: {setting} {value} {rule}");
}
