using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Rules;
using DistConv.Core.Networks;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>
/// Brings weights back to their constraints (docs/numerics.md, rule 15); a unit of work is a tensor. A norm is the root of a chain in double over its weights
/// in the order of the buffer. The square of a float is exact in double: whether it is fused with its sum changes no bit.
/// </summary>
internal sealed unsafe class ConstraintWork : IParallelWork
{
    private readonly float* _weights;
    private readonly Constrained[] _tensors;

    /// <summary>The constrained tensors of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    public ConstraintWork(Network network, FloatBuffer weights)
    {
        _weights = weights.Pointer;
        _tensors = [.. network.Parameters.Where(tensor => tensor.Plan.Constraint is not null).Select(tensor => new Constrained(tensor))];
    }

    /// <summary>Whether a layer, by its place in the network, is frozen in this step: its tensors stay as they are. Null: none is.</summary>
    public Func<int, bool>? IsFrozen { get; set; }

    /// <summary>Number of constrained tensors.</summary>
    public int Units => _tensors.Length;

    /// <inheritdoc/>
    public void Run(int unit, int thread)
    {
        Constrained tensor = _tensors[unit];
        if (IsFrozen is not null && IsFrozen(tensor.Layer)) return;
        var weights = new Span<float>(_weights + tensor.Offset, tensor.Length);
        if (tensor.Constraint.HasNorms) tensor.Scale(weights);
        else KeepPositive(weights);
    }

    private static void KeepPositive(Span<float> weights)
    {
        foreach (ref float weight in weights) weight = weight < 0f ? 0f : weight;
    }

    /// <summary>A tensor as one of four axes, the first ones of length 1 where it has fewer.</summary>
    private sealed class Constrained
    {
        private readonly int[] _sizes = [1, 1, 1, 1];
        private readonly int[] _steps = new int[WeightConstraint.MaxRank];
        private readonly double[] _squares;
        private readonly float[] _factors;

        public Constrained(ParameterTensor tensor)
        {
            (Layer, Offset, Length, Constraint) = (tensor.Layer, tensor.Offset, tensor.Length, tensor.Plan.Constraint!);
            int missing = WeightConstraint.MaxRank - tensor.Shape.Count, norms = 1;
            for (int axis = tensor.Shape.Count - 1; axis >= 0; axis--)
            {
                _sizes[missing + axis] = tensor.Shape[axis];
                if ((Constraint.Axes & (1 << axis)) != 0) continue;
                _steps[missing + axis] = norms;
                norms *= tensor.Shape[axis];
            }

            _squares = new double[norms];
            _factors = new float[norms];
        }

        public WeightConstraint Constraint { get; }

        public int Layer { get; }

        public int Offset { get; }

        public int Length { get; }

        public void Scale(Span<float> weights)
        {
            Array.Clear(_squares);
            Walk(weights, isScaling: false);
            for (int i = 0; i < _squares.Length; i++) _factors[i] = Constraint.Factor(double.Sqrt(_squares[i]));
            Walk(weights, isScaling: true);
        }

        private void Walk(Span<float> weights, bool isScaling)
        {
            int place = 0;
            for (int a = 0; a < _sizes[0]; a++)
            {
                for (int b = 0; b < _sizes[1]; b++)
                {
                    for (int c = 0; c < _sizes[2]; c++)
                    {
                        int norm = (a * _steps[0]) + (b * _steps[1]) + (c * _steps[2]), step = _steps[3];
                        for (int d = 0; d < _sizes[3]; d++, place++, norm += step)
                        {
                            if (isScaling) weights[place] *= _factors[norm];
                            else _squares[norm] += (double)weights[place] * weights[place];
                        }
                    }
                }
            }
        }
    }
}
