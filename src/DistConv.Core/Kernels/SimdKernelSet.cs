using DistConv.Core.Kernels.Elementwise;
using DistConv.Core.Kernels.Scalar;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;
using DistConv.Core.Shapes;

namespace DistConv.Core.Kernels;

/// <summary>The kernels of a vector instruction set: tiled products, and the elementwise loops of <see cref="Elementwise"/>.</summary>
internal unsafe class SimdKernelSet<TSimd, TVec>(string name) : KernelSet
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Lanes => TSimd.Lanes;

    /// <inheritdoc/>
    public override Conv2DOperator Conv2D(Conv2DShape shape) => new TiledConv2D<TSimd, TVec>(shape);

    /// <inheritdoc/>
    public override DenseOperator Dense(DenseShape shape) => new TiledDense<TSimd, TVec>(shape);

    /// <inheritdoc/>
    public override void Run<TAction>(ref TAction action) => action.Invoke<TSimd, TVec>();

    /// <inheritdoc/>
    public override void Relu(float* x, float* y, long count) => Activations<TSimd, TVec>.Relu(x, y, count);

    /// <inheritdoc/>
    public override void ReluGradient(float* output, float* gradient, long count) => Activations<TSimd, TVec>.ReluGradient(output, gradient, count);

    /// <inheritdoc/>
    public override void Add(float* source, float* destination, long count) => Sums<TSimd, TVec>.Add(source, destination, count);

    /// <inheritdoc/>
    public override void AddRows(float* values, long rows, int columns, int stride, float* sums) =>
        Sums<TSimd, TVec>.AddRows(values, rows, columns, stride, sums);

    /// <inheritdoc/>
    public override void MaxPool(Pool2DShape shape, float* input, float* output, float* argmax) =>
        MaxPool2D<TSimd, TVec>.Forward(shape, input, output, argmax);

    /// <inheritdoc/>
    public override void MaxPoolGradient(Pool2DShape shape, float* argmax, float* gradOutput, float* gradInput, float* rectified) =>
        MaxPool2D<TSimd, TVec>.Gradient(shape, argmax, gradOutput, gradInput, rectified);

    /// <inheritdoc/>
    public override void AvgPool(Pool2DShape shape, float* input, float* output) => AvgPool2D<TSimd, TVec>.Forward(shape, input, output);

    /// <inheritdoc/>
    public override void AvgPoolGradient(Pool2DShape shape, float* gradOutput, float* gradInput) =>
        AvgPool2D<TSimd, TVec>.Gradient(shape, gradOutput, gradInput);
}

/// <summary>The definition: plain loops for the products, one lane for what is elementwise.</summary>
internal sealed class ScalarKernelSet() : SimdKernelSet<ScalarSimd, float>("scalar")
{
    /// <inheritdoc/>
    public override Conv2DOperator Conv2D(Conv2DShape shape) => new Conv2DScalar(shape);

    /// <inheritdoc/>
    public override DenseOperator Dense(DenseShape shape) => new DenseScalar(shape);
}
