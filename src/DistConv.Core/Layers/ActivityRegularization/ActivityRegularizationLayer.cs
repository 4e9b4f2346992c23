using DistConv.Core.Layers.Rules;

namespace DistConv.Core.Layers.ActivityRegularization;

/// <summary>
/// <c>y = x</c>; in training the row's penalty is kept as a double in its state, and the gradient is <c>g ← fma(2 λ₂, x, g)</c>, then
/// <c>g ← g + λ₁ sign(x)</c> (docs/numerics.md, rule 15).
/// </summary>
internal sealed unsafe class ActivityRegularizationLayer(LayerPlan plan, LayerContext context, ActivityRegularizationSpec spec) : SampleLayer(plan, context)
{
    private readonly Regularizer _regularizer = spec.Regularizer;

    /// <inheritdoc/>
    protected override bool AppliesReluGradient => true;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        Copy(row.Input, row.Output);
        if (context.Training) *(double*)row.State = _regularizer.Of(new ReadOnlySpan<float>(row.Output, Plan.Output.Size));
    }

    /// <inheritdoc/>
    public override double Penalty(float* state) => *(double*)state;

    /// <summary>The output is what ReLU gave where the input is, and the two may share their memory.</summary>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        int size = Plan.Output.Size;
        if (context.Training) Context.Kernels.AddPenaltyGradient(_regularizer, 1, row.Output, gradOutput, *gradInputs, size);
        else Copy(gradOutput, *gradInputs);
        if (AfterRelu) Context.Kernels.ReluGradient(row.Output, *gradInputs, *gradInputs, size);
    }
}
