using System.Collections.Frozen;
using DistConv.Core;

namespace DistConv.Training.Specification;

/// <summary>The optimizers' names, defaults and ranges.</summary>
public static class OptimizerSettings
{
    private const string Fraction = "a number from 0 to less than 1";

    private static readonly FrozenDictionary<string, Entry> _entries = new Entry[]
    {
        new(new OptimizerSpec("sgd", 0.01f), Has.Momentum | Has.WeightDecay),
        new(new OptimizerSpec("adadelta", 1f, Rho: 0.95f, Epsilon: 1e-7f), Has.Rho | Has.Epsilon),
        new(new OptimizerSpec("adam", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f), Has.Betas | Has.Epsilon),
        new(new OptimizerSpec("adamw", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f, WeightDecay: 0.004f), Has.Betas | Has.Epsilon | Has.WeightDecay),
        new(new OptimizerSpec("rmsprop", 0.001f, Rho: 0.9f, Epsilon: 1e-7f), Has.Rho | Has.Epsilon),
    }.ToFrozenDictionary(entry => entry.Default.Name);

    /// <summary>Which settings an optimizer has besides its learning rate.</summary>
    [Flags]
    private enum Has
    {
        Momentum = 1,
        Rho = 2,
        Betas = 4,
        Epsilon = 8,
        WeightDecay = 16,
    }

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
    public static OptimizerSpec Default(string name) => _entries.TryGetValue(name, out Entry? entry) ? entry.Default : throw Unknown(name);

    /// <summary>Checks every setting.</summary>
    /// <param name="spec">The specification.</param>
    /// <exception cref="InvalidInputException">Unknown name, or a setting out of range.</exception>
    public static void Validate(OptimizerSpec spec) => InvalidInputException.ThrowIfAny(FindProblems(spec));

    /// <summary>Checks every setting: the learning rate, those that the optimizer has, and that the others are 0.</summary>
    /// <param name="spec">The specification.</param>
    /// <returns>What is wrong; empty if nothing is.</returns>
    public static IReadOnlyList<SettingProblem> FindProblems(OptimizerSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Name is null || !_entries.TryGetValue(spec.Name, out Entry? entry)) return [UnknownName(spec.Name)];
        var problems = new SettingProblems();
        Number("learningRate", spec.LearningRate, spec.LearningRate > 0, "a number above 0");
        Own(Has.Momentum, "momentum", spec.Momentum, IsFraction(spec.Momentum), Fraction);
        if (!entry.Settings.HasFlag(Has.Momentum) && spec.Nesterov) problems.Add(
            "optimizer.nesterov", $"is on, but {spec.Name} has no momentum; turn it off, or use sgd");
        else if (spec.Nesterov && spec.Momentum == 0) problems.Add("optimizer.nesterov", "is on without a momentum; give a momentum above 0, for example 0.9");
        Own(Has.Rho, "rho", spec.Rho, IsFraction(spec.Rho), Fraction);
        Own(Has.Betas, "beta1", spec.Beta1, IsFraction(spec.Beta1), Fraction);
        Own(Has.Betas, "beta2", spec.Beta2, IsFraction(spec.Beta2), Fraction);
        Own(Has.Epsilon, "epsilon", spec.Epsilon, spec.Epsilon > 0, "a number above 0");
        Own(Has.WeightDecay, "weightDecay", spec.WeightDecay, spec.WeightDecay >= 0, "a number of at least 0");
        return problems.All;

        void Own(Has setting, string name, float value, bool isAllowed, string range)
        {
            if (entry.Settings.HasFlag(setting)) Number(name, value, isAllowed, range);
            else if (value != 0) problems.Add($"optimizer.{name}", $"is {value}, but {spec.Name} has no such setting; leave it out{Owners(setting)}");
        }

        void Number(string name, float value, bool isAllowed, string range) => problems.Real($"optimizer.{name}", value, isAllowed, range);
    }

    /// <summary>Whether an optimizer has a weight decay.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>True for adamw and sgd.</returns>
    public static bool HasWeightDecay(string name) => _entries.TryGetValue(name, out Entry? entry) && entry.Settings.HasFlag(Has.WeightDecay);

    /// <summary>What to say about a name that is none.</summary>
    /// <param name="name">The name.</param>
    /// <returns>One line with the choices.</returns>
    internal static InvalidInputException Unknown(string? name) => new InvalidInputException([UnknownName(name)]);

    private static SettingProblem UnknownName(string? name) => new(
        "optimizer.name", $"is '{name}', which is unknown; choose one of: {string.Join(", ", Names)}{Suggestion.DidYouMean(name ?? "", Names)}");

    private static bool IsFraction(float value) => value is >= 0 and < 1;

    private static string Owners(Has setting) =>
        $", or use {string.Join(" or ", Names.Where(name => _entries[name].Settings.HasFlag(setting)))}";

    private sealed record Entry(OptimizerSpec Default, Has Settings);
}
