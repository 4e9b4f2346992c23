using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Merging;

/// <summary>What the layers share that make one output of several inputs: two inputs at least.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="settings">The settings in canonical order.</param>
internal abstract class MergeType<TSpec>(string name, string kerasName, params BoundSetting<TSpec>[] settings)
    : LayerType<TSpec>(name, [kerasName], settings)
    where TSpec : LayerSpec
{
    public override int MinInputs => 2;

    public override int MaxInputs => int.MaxValue;

    /// <summary>The one shape of all inputs.</summary>
    /// <exception cref="InvalidInputException">They have several.</exception>
    protected static TensorShape OneShape(TSpec layer, ShapeScope scope)
    {
        int other = scope.Inputs.ToList().FindIndex(shape => shape != scope.Input);
        return other < 0 ? scope.Input : throw Differ(layer, scope, other, "its inputs must have one shape");
    }

    /// <summary>"…, but 'a' gives (6, 6, 4) and 'b' gives (6, 6, 2)".</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="scope">Its place.</param>
    /// <param name="other">Which input does not fit the first.</param>
    /// <param name="wanted">What would be right.</param>
    /// <param name="first">Which input it does not fit.</param>
    protected static InvalidInputException Differ(TSpec layer, ShapeScope scope, int other, string wanted, int first = 0) => new(
        $"{scope.Where}: {wanted}, but '{layer.Inputs.Names[first]}' gives {scope.Inputs[first]} and '{layer.Inputs.Names[other]}' gives "
            + $"{scope.Inputs[other]}");
}
