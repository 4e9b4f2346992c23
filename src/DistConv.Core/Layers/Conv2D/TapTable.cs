namespace DistConv.Core.Layers.Conv2D;

/// <summary>For each row, and each column, of a result: which taps exist there, and what they read.</summary>
/// <param name="Rows">By row of the result.</param>
/// <param name="Columns">By column of the result.</param>
/// <param name="KernelColumns">Taps of a kernel row.</param>
internal sealed record TapTable(TapTable.Tap[][] Rows, TapTable.Tap[][] Columns, int KernelColumns)
{
    /// <summary>The taps that an output adds up, in order.</summary>
    public static TapTable OfOutputs(Conv2DShape s) => new(
        Forward(s.OutH, s.InH, s.KH, s.StrideH, s.DilationH, s.PadTop), Forward(s.OutW, s.InW, s.KW, s.StrideW, s.DilationW, s.PadLeft), s.KW);

    /// <summary>The taps by which an input reaches outputs, in order.</summary>
    public static TapTable OfInputs(Conv2DShape s) => new(
        Backward(s.InH, s.OutH, s.KH, s.StrideH, s.DilationH, s.PadTop), Backward(s.InW, s.OutW, s.KW, s.StrideW, s.DilationW, s.PadLeft), s.KW);

    private static Tap[][] Forward(int outputs, int inputs, int kernel, int stride, int dilation, int pad) =>
        [.. Enumerable.Range(0, outputs).Select(output => Enumerable.Range(0, kernel)
            .Select(tap => new Tap(tap, (output * stride) + (tap * dilation) - pad)).Where(tap => tap.Place >= 0 && tap.Place < inputs).ToArray())];

    private static Tap[][] Backward(int inputs, int outputs, int kernel, int stride, int dilation, int pad) =>
        [.. Enumerable.Range(0, inputs).Select(input => Enumerable.Range(0, kernel).Select(tap => new Tap(tap, input + pad - (tap * dilation)))
            .Where(tap => tap.Place >= 0 && tap.Place % stride == 0 && tap.Place / stride < outputs)
            .Select(tap => tap with { Place = tap.Place / stride }).ToArray())];

    /// <summary>A tap along one axis.</summary>
    /// <param name="Kernel">Its place in the kernel.</param>
    /// <param name="Place">What it reads there.</param>
    public readonly record struct Tap(int Kernel, int Place);
}
