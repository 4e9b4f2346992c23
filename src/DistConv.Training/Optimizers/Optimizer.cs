using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// An update rule. Its state is a number of slots, each as long as the parameters, and a few scalars; an update is elementwise, so it may be cut into slices
/// and every replica that applies the same gradients stays bit-identical.
/// </summary>
public abstract unsafe class Optimizer
{
    /// <summary>Names of the slots; each is as long as the parameters and starts at zero.</summary>
    public abstract IReadOnlyList<string> Slots { get; }

    /// <summary>Scalars that change from step to step, for snapshots.</summary>
    public virtual IReadOnlyDictionary<string, double> Scalars => new Dictionary<string, double>();

    /// <summary>The rule of a specification.</summary>
    /// <param name="spec">Name and settings.</param>
    /// <returns>An optimizer at its first step.</returns>
    /// <exception cref="InvalidInputException">Unknown name, or a setting out of range.</exception>
    public static Optimizer Create(OptimizerSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        OptimizerSettings.Validate(spec);
        return spec.Name switch
        {
            "sgd" => new Sgd(spec),
            "adadelta" => new Adadelta(spec),
            "adam" or "adamw" => new Adam(spec),
            "rmsprop" => new RmsProp(spec),
            _ => throw OptimizerSettings.Unknown(spec.Name),
        };
    }

    /// <summary>Takes back the scalars of a snapshot.</summary>
    /// <param name="scalars">What <see cref="Scalars"/> gave.</param>
    public virtual void Restore(IReadOnlyDictionary<string, double> scalars)
    {
    }

    /// <summary>Goes on to the next step; before its first <see cref="Update"/>.</summary>
    /// <param name="learningRate">The step's learning rate, in place of the specification's.</param>
    public abstract void BeginStep(float learningRate);

    /// <summary>Updates one slice of the parameters with the gradient <c>g = sum / divisor</c>.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="slice">Weights, gradient sum and slots of the slice.</param>
    public abstract void Update(KernelSet kernels, in UpdateSlice slice);
}

/// <summary>One slice of an update.</summary>
/// <param name="weights">Updated in place.</param>
/// <param name="gradient">Sum over the step's samples.</param>
/// <param name="divisor">By what to divide it: the number of samples, or more where the gradient is clipped.</param>
/// <param name="slots">The slots, each as long as the parameters.</param>
/// <param name="offset">First parameter of the slice.</param>
/// <param name="length">Number of floats.</param>
public readonly unsafe ref struct UpdateSlice(float* weights, float* gradient, float divisor, float*[] slots, long offset, int length)
{
    /// <summary>Updated in place.</summary>
    public float* Weights { get; } = weights + offset;

    /// <summary>Sum over the step's samples.</summary>
    public float* Gradient { get; } = gradient + offset;

    /// <summary>By what to divide it.</summary>
    public float Divisor { get; } = divisor;

    /// <summary>Number of floats.</summary>
    public int Length { get; } = length;

    /// <summary>Whether weight decay applies to the slice; true by default.</summary>
    public bool IsDecayed { get; init; } = true;

    /// <summary>A slot's slice.</summary>
    /// <param name="index">Which slot.</param>
    /// <returns>Its first float.</returns>
    public float* Slot(int index) => slots[index] + offset;
}
