using System.Runtime.CompilerServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>A convolution in groups: each is a convolution of its own, over a copy of its channels.</summary>
/// <remarks>Copies change no bit: a chain that is loaded from a copy and stored goes on as it would in its place.</remarks>
internal sealed unsafe class GroupedConv2D<TSimd, TVec> : Conv2DOperator
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private readonly TiledConv2D<TSimd, TVec>[] _groups;
    private readonly Conv2DShape _group;
    private readonly FloatBuffer _weights;

    public GroupedConv2D(Conv2DShape shape)
        : base(shape)
    {
        _group = shape with { InC = shape.GroupInC, OutC = shape.GroupOutC, Groups = 1 };
        _groups = [.. Enumerable.Range(0, shape.Groups).Select(_ => new TiledConv2D<TSimd, TVec>(_group))];
        _weights = new FloatBuffer(_group.KernelSize);
    }

    /// <summary>That of a group, then its input, its output and its weights, or their gradients.</summary>
    public override long ScratchLength => InputOffset + _group.InputSize + _group.OutputSize + long.Max(_group.KernelSize, _group.InputSize);

    /// <inheritdoc/>
    public override int WeightGradientUnits => Shape.Groups;

    private long InputOffset => (_groups[0].ScratchLength + 15) / 16 * 16;

    /// <inheritdoc/>
    public override void PackWeights(float* weights, float* bias)
    {
        for (int group = 0; group < _groups.Length; group++)
        {
            Gather(weights, _group.FanIn, Shape.OutC, group, _group.OutC, _weights.Pointer);
            _groups[group].PackWeights(_weights.Pointer, bias + ((long)group * _group.OutC));
        }
    }

    /// <inheritdoc/>
    public override void Forward(float* input, float* output, bool relu, float* scratch)
    {
        float* x = scratch + InputOffset, y = x + _group.InputSize;
        for (int group = 0; group < _groups.Length; group++)
        {
            Gather(input, Shape.InH * Shape.InW, Shape.InC, group, _group.InC, x);
            _groups[group].Forward(x, y, relu, scratch);
            Scatter(y, Shape.OutH * Shape.OutW, Shape.OutC, group, _group.OutC, output);
        }
    }

    /// <inheritdoc/>
    public override void InputGradient(float* gradOutput, float* gradInput, float* rectified, float* scratch)
    {
        float* gx = scratch + InputOffset, gy = gx + _group.InputSize, x = gy + _group.OutputSize;
        for (int group = 0; group < _groups.Length; group++)
        {
            Gather(gradOutput, Shape.OutH * Shape.OutW, Shape.OutC, group, _group.OutC, gy);
            if (rectified != null) Gather(rectified, Shape.InH * Shape.InW, Shape.InC, group, _group.InC, x);
            _groups[group].InputGradient(gy, gx, rectified == null ? null : x, scratch);
            Scatter(gx, Shape.InH * Shape.InW, Shape.InC, group, _group.InC, gradInput);
        }
    }

    /// <inheritdoc/>
    public override void WeightGradient(int unit, float* input, float* gradOutput, float* gradWeights, bool accumulate, float* scratch)
    {
        float* x = scratch + InputOffset, gy = x + _group.InputSize, gw = gy + _group.OutputSize;
        Gather(input, Shape.InH * Shape.InW, Shape.InC, unit, _group.InC, x);
        Gather(gradOutput, Shape.OutH * Shape.OutW, Shape.OutC, unit, _group.OutC, gy);
        if (accumulate) Gather(gradWeights, _group.FanIn, Shape.OutC, unit, _group.OutC, gw);
        for (int inner = 0; inner < _groups[unit].WeightGradientUnits; inner++) _groups[unit].WeightGradient(inner, x, gy, gw, accumulate, scratch);
        Scatter(gw, _group.FanIn, Shape.OutC, unit, _group.OutC, gradWeights);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (TiledConv2D<TSimd, TVec> group in _groups) group.Dispose();
        _weights.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Copies a group's channels out of all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(float* all, int rows, int rowLength, int group, int channels, float* own)
    {
        float* from = all + ((long)group * channels);
        for (int row = 0; row < rows; row++, from += rowLength, own += channels) Copy(from, own, channels);
    }

    /// <summary>Copies a group's channels into all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(float* own, int rows, int rowLength, int group, int channels, float* all)
    {
        float* to = all + ((long)group * channels);
        for (int row = 0; row < rows; row++, to += rowLength, own += channels) Copy(own, to, channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, float* to, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes) TSimd.Store(to + i, TSimd.Load(from + i));
        for (; i < count; i++) to[i] = from[i];
    }
}
