using DistConv.Core.Kernels.Elementwise;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels;

/// <summary>The elementwise loops of <see cref="Elementwise"/> in one instruction set; with one lane they are the definition.</summary>
internal sealed unsafe class SimdKernelSet<TSimd, TVec>(string name) : KernelSet
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Lanes => TSimd.Lanes;

    /// <inheritdoc/>
    public override void Run<TAction>(ref TAction action) => action.Invoke<TSimd, TVec>();

    /// <inheritdoc/>
    public override void Relu(float* x, float* y, long count) => Activations<TSimd, TVec>.Relu(x, y, count);

    /// <inheritdoc/>
    public override void ReluGradient(float* output, float* gradOutput, float* gradInput, long count) =>
        Activations<TSimd, TVec>.ReluGradient(output, gradOutput, gradInput, count);

    /// <inheritdoc/>
    public override void Add(float* source, float* destination, long count) => Sums<TSimd, TVec>.Add(source, destination, count);

    /// <inheritdoc/>
    public override void AddRows(float* values, long rows, int columns, int stride, float* sums) =>
        Sums<TSimd, TVec>.AddRows(values, rows, columns, stride, sums);
}
