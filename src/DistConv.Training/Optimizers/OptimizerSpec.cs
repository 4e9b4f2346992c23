namespace DistConv.Training.Optimizers;

/// <summary>An optimizer and its settings, in Keras's vocabulary. Settings that an optimizer does not have are zero (or false).</summary>
/// <param name="Name">"sgd", "adadelta" or "adam".</param>
/// <param name="LearningRate">Step size, &gt; 0.</param>
/// <param name="Momentum">sgd: momentum, 0 ≤ momentum &lt; 1.</param>
/// <param name="Nesterov">sgd: Nesterov's look-ahead.</param>
/// <param name="Rho">adadelta: decay rate of the running averages, 0 &lt; rho &lt; 1.</param>
/// <param name="Beta1">adam: decay rate of the first moment.</param>
/// <param name="Beta2">adam: decay rate of the second moment.</param>
/// <param name="Epsilon">adadelta and adam: the small constant in the denominator.</param>
public sealed record OptimizerSpec(
    string Name,
    float LearningRate,
    float Momentum = 0f,
    bool Nesterov = false,
    float Rho = 0f,
    float Beta1 = 0f,
    float Beta2 = 0f,
    float Epsilon = 0f);
