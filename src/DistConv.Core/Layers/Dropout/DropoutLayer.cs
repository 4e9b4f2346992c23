using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Dropout;

/// <summary>
/// Dropout: in training a value is kept when its random word is at least round(rate · 2³²), and scaled by (float)(1 / (1 − rate)); otherwise it is +0.
/// The word is a function of seed, layer, step, sample and element, so the mask does not depend on who computes it.
/// In use everything passes.
/// </summary>
internal sealed unsafe class DropoutLayer(LayerPlan plan, LayerContext context, DropoutSpec spec) : SampleLayer(plan, context)
{
    private readonly RandomField _field = new(context.Seed, RandomPurpose.Dropout, context.Index);
    private readonly uint _threshold = (uint)double.Round(spec.Rate * 4294967296.0);
    private readonly float _scale = (float)(1.0 / (1.0 - spec.Rate));

    /// <inheritdoc/>
    public override long ScratchLength => Plan.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        int count = Plan.Output.Size;
        if (!context.Training)
        {
            Copy(row.Input, row.Output);
            return;
        }

        _field.Fill(new Span<uint>(row.Scratch, count), sample: (uint)context.Sample, step: context.Step);
        DropoutMask.Draw((uint*)row.Scratch, _threshold, (byte*)row.State, count);
        DropoutMask.Apply(row.Input, (byte*)row.State, _scale, row.Output, count);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        if (context.Training) DropoutMask.Apply(gradOutput, (byte*)row.State, _scale, *gradInputs, Plan.Output.Size);
        else Copy(gradOutput, *gradInputs);
    }
}
