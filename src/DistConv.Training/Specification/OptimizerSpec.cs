using System.Text.Json.Serialization;

namespace DistConv.Training.Specification;

/// <summary>An optimizer and its settings, in Keras's vocabulary. Settings that an optimizer does not have are zero (or false).</summary>
/// <param name="Name">One of <see cref="OptimizerSettings.Names"/>.</param>
/// <param name="LearningRate">Step size, &gt; 0.</param>
/// <param name="Momentum">sgd: momentum, 0 ≤ momentum &lt; 1.</param>
/// <param name="Nesterov">sgd: Nesterov's look-ahead.</param>
/// <param name="Rho">adadelta and rmsprop: decay rate of the running averages, 0 &lt; rho &lt; 1.</param>
/// <param name="Beta1">adam and adamw: decay rate of the first moment.</param>
/// <param name="Beta2">adam and adamw: decay rate of the second moment.</param>
/// <param name="Epsilon">All but sgd: the small constant in the denominator.</param>
/// <param name="WeightDecay">adamw: decoupled weight decay; sgd: L2 penalty; of every parameter, biases too, ≥ 0. Not written when it is 0.</param>
public sealed record OptimizerSpec(
    string Name,
    float LearningRate,
    float Momentum = 0f,
    bool Nesterov = false,
    float Rho = 0f,
    float Beta1 = 0f,
    float Beta2 = 0f,
    float Epsilon = 0f,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] float WeightDecay = 0f);
