using DistConv.Core.Kernels;
using DistConv.Core.Numerics;
using DistConv.Training.Optimizers;
using DistConv.Training.Specification;

namespace DistConv.Training.Tests.Optimizers;

/// <summary>An optimizer with its weights and slots in arrays, between guards.</summary>
internal sealed class OptimizerRun
{
    private const int Guard = 20;
    private const float GuardValue = 12345f;

    private readonly OptimizerSpec _spec;
    private readonly int _length;
    private readonly float[] _weights;
    private readonly float[][] _slots;
    private Optimizer _optimizer;

    public OptimizerRun(OptimizerSpec spec, int length)
    {
        _spec = spec;
        _length = length;
        _optimizer = Optimizer.Create(spec);
        _weights = Guarded();
        _slots = [.. _optimizer.Slots.Select(_ => Guarded())];
        var field = new RandomField(3, RandomPurpose.Initialization);
        for (int i = 0; i < length; i++) _weights[Guard + i] = field.Uniform((uint)i) - 0.5f;
    }

    public float[] Weights => Inside(_weights);

    public float[][] Slots => [.. _slots.Select(Inside)];

    public bool GuardIsUntouched => _slots.Append(_weights).All(
        array => array.Take(Guard).Concat(array.TakeLast(Guard)).All(value => value == GuardValue));

    /// <summary>A gradient sum: normal values, some tiny, some zero of either sign.</summary>
    public static float[] Gradient(int step, int length)
    {
        var field = new RandomField(4, RandomPurpose.Initialization);
        var sum = new float[length];
        for (int i = 0; i < length; i++)
        {
            float value = (field.Uniform((uint)i, step: (uint)step) - 0.3f) * 10;
            sum[i] = (i % 13) switch { 5 => value * 1e-4f, 7 => 0f, 11 => -0f, _ => value };
        }

        return sum;
    }

    public unsafe void Step(KernelSet kernels, float[] gradientSum, int samples)
    {
        _optimizer.BeginStep(_spec.LearningRate);
        var slots = new float*[_slots.Length];
        fixed (float* weights = _weights, gradient = gradientSum, slot0 = _slots.Length > 0 ? _slots[0] : null, slot1 = _slots.Length > 1 ? _slots[1] : null)
        {
            if (_slots.Length > 0) slots[0] = slot0 + Guard;
            if (_slots.Length > 1) slots[1] = slot1 + Guard;
            _optimizer.Update(kernels, new UpdateSlice(weights + Guard, gradient, samples, slots, 0, _length));
        }
    }

    /// <summary>A new optimizer with the scalars of the old one, as after a snapshot.</summary>
    public void Reopen()
    {
        IReadOnlyDictionary<string, double> scalars = _optimizer.Scalars;
        _optimizer = Optimizer.Create(_spec);
        _optimizer.Restore(scalars);
    }

    private float[] Guarded()
    {
        var array = new float[_length + (2 * Guard)];
        Array.Fill(array, GuardValue);
        Array.Clear(array, Guard, _length);
        return array;
    }

    private float[] Inside(float[] array) => array[Guard..(Guard + _length)];
}
