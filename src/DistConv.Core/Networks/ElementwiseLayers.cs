using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Elementwise;
using DistConv.Core.Models;
using DistConv.Core.Numerics;

namespace DistConv.Core.Networks;

/// <summary>A layer whose output is its input in another shape (flatten), or whose work is done elsewhere (softmax, fused with the loss).</summary>
internal sealed unsafe class IdentityLayer(LayerPlan plan, int index) : SampleLayer(plan, index)
{
    /// <inheritdoc/>
    public override bool IsIdentity => true;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, float* input, float* output, float* state, float* scratch)
    {
    }

    /// <inheritdoc/>
    public override void Backward(float* input, float* output, float* state, float* gradOutput, float* gradInput, float* scratch)
    {
    }
}

/// <summary><c>x &lt; 0 ? +0 : x</c> as a layer of its own.</summary>
internal sealed unsafe class ReluLayer(LayerPlan plan, int index, KernelSet kernels) : SampleLayer(plan, index)
{
    /// <inheritdoc/>
    public override bool EndsInRelu => true;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, float* input, float* output, float* state, float* scratch) =>
        kernels.Relu(input, output, Plan.Output.Size);

    /// <inheritdoc/>
    public override void Backward(float* input, float* output, float* state, float* gradOutput, float* gradInput, float* scratch)
    {
        if (gradInput == null) return;
        new ReadOnlySpan<float>(gradOutput, Plan.Output.Size).CopyTo(new Span<float>(gradInput, Plan.Output.Size));
        if (AfterRelu) kernels.ReluGradient(input, gradInput, Plan.Input.Size);
    }
}

/// <summary>
/// Dropout: in training a value is kept when its random word is at least round(rate · 2³²), and scaled by (float)(1 / (1 − rate)); otherwise it is +0.
/// The word is a function of seed, layer, step, sample and element, so the mask does not depend on who computes it.
/// </summary>
internal sealed unsafe class DropoutLayer(LayerPlan plan, int index, DropoutSpec spec, ulong seed, KernelSet kernels) : SampleLayer(plan, index)
{
    private readonly RandomField _field = new(seed, RandomPurpose.Dropout, index);
    private readonly uint _threshold = (uint)double.Round(spec.Rate * 4294967296.0);
    private readonly float _scale = (float)(1.0 / (1.0 - spec.Rate));

    /// <summary>The mask: a bit a value.</summary>
    public override int StateLength => (DropoutMask.Bytes(Plan.Output.Size) + sizeof(float) - 1) / sizeof(float);

    /// <inheritdoc/>
    public override long ScratchLength => Plan.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, float* input, float* output, float* state, float* scratch)
    {
        int count = Plan.Output.Size;
        if (!context.Training)
        {
            new ReadOnlySpan<float>(input, count).CopyTo(new Span<float>(output, count));
            return;
        }

        _field.Fill(new Span<uint>(scratch, count), sample: (uint)context.Sample, step: context.Step);
        DropoutMask.Draw((uint*)scratch, _threshold, (byte*)state, count);
        DropoutMask.Apply(input, (byte*)state, _scale, output, count);
    }

    /// <inheritdoc/>
    public override void Backward(float* input, float* output, float* state, float* gradOutput, float* gradInput, float* scratch)
    {
        if (gradInput == null) return;
        DropoutMask.Apply(gradOutput, (byte*)state, _scale, gradInput, Plan.Output.Size);
        if (AfterRelu) kernels.ReluGradient(input, gradInput, Plan.Input.Size);
    }
}
