namespace DistConv.Core.Layers;

/// <summary>A layer that works sample by sample.</summary>
/// <param name="plan">Shapes and counts.</param>
/// <param name="context">Its place.</param>
public abstract unsafe class SampleLayer(LayerPlan plan, LayerContext context) : Layer(plan, context)
{
    /// <summary>
    /// Independent units of work into which the gradient of all tensors falls, each a chain over the samples of a shard (docs/numerics.md, rule 6); 0: nothing
    /// is learnt.
    /// </summary>
    public virtual int GradientUnits => 0;

    /// <summary>Goes on with one unit's chains: call it sample after sample of a shard.</summary>
    /// <param name="unit">0 … <see cref="GradientUnits"/> − 1, in any order.</param>
    /// <param name="row">As the forward pass left it.</param>
    /// <param name="gradOutput">Gradient of the output; where the layer ends in ReLU, before that.</param>
    /// <param name="gradient">All tensors of the layer, one after another; only the unit's elements are touched.</param>
    /// <param name="accumulate">False for a shard's first sample (start at +0, overwrite), true afterwards.</param>
    public virtual void AddGradient(int unit, in RowMemory row, float* gradOutput, float* gradient, bool accumulate) =>
        throw new InvalidOperationException($"layers of type {Plan.Layer.Type} learn nothing");

    /// <inheritdoc/>
    public sealed override void Backward(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        bool isNeeded = false;
        for (int i = 0; i < Plan.Inputs.Count; i++) isNeeded |= gradInputs[i] != null;
        if (!isNeeded) return;
        InputGradients(context, row, gradOutput, gradInputs);
        for (int i = 0; i < Plan.Inputs.Count && !AppliesReluGradient; i++)
        {
            if (Context.AfterRelu[i] && gradInputs[i] != null) Context.Kernels.ReluGradient(row.Inputs[i], gradInputs[i], gradInputs[i], Plan.Inputs[i].Size);
        }
    }

    /// <summary>Whether <see cref="InputGradients"/> applies the gradient of the ReLU below itself; otherwise it is applied behind it.</summary>
    protected virtual bool AppliesReluGradient => false;

    /// <summary>Copies as many values as the output has, unless the two share their memory.</summary>
    /// <param name="source">The values.</param>
    /// <param name="destination">Overwritten.</param>
    protected void Copy(float* source, float* destination)
    {
        int size = Plan.Output.Size;
        if (destination != source) new ReadOnlySpan<float>(source, size).CopyTo(new Span<float>(destination, size));
    }

    /// <summary>Gives an input the gradient of the output as it is, and behind ReLU with ReLU's gradient, in one pass: for layers that apply it
    /// themselves.</summary>
    /// <param name="input">Its place among the inputs; it has as many values as the output.</param>
    /// <param name="row">As the forward pass left it.</param>
    /// <param name="gradOutput">Gradient of the output.</param>
    /// <param name="gradInput">Overwritten; may be the same memory.</param>
    protected void PassGradient(int input, in RowMemory row, float* gradOutput, float* gradInput)
    {
        if (Context.AfterRelu[input]) Context.Kernels.ReluGradient(row.Inputs[input], gradOutput, gradInput, Plan.Output.Size);
        else Copy(gradOutput, gradInput);
    }

    /// <summary>As <see cref="Backward"/>; at least one input's gradient is needed.</summary>
    /// <param name="context">The sample, as in the forward pass.</param>
    /// <param name="row">As the forward pass left it.</param>
    /// <param name="gradOutput">Gradient of the output.</param>
    /// <param name="gradInputs">Gradient of each input, overwritten; null where nobody needs it.</param>
    protected abstract void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs);
}
