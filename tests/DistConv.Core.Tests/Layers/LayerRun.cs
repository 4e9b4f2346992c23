using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;

namespace DistConv.Core.Tests.Layers;

/// <summary>One layer by itself, in guarded memory.</summary>
internal sealed unsafe class LayerRun : IDisposable
{
    private readonly Layer _layer;

    public LayerRun(LayerSpec spec, TensorShape[] inputs, KernelSet kernels, bool afterRelu = false, ulong seed = 7, int index = 3)
    {
        LayerShapes shapes = spec.Kind.Infer(spec, new ShapeScope("test", inputs, 1, isLast: false, 0, flattened: null));
        int[] sources = [.. Enumerable.Range(0, inputs.Length)];
        LayerPlan plan = new(spec, inputs, sources, shapes.Output, shapes.Tensors, shapes.MultiplyAddsForward, NeedsInputGradient: true);
        _layer = spec.Kind.Create(plan, new LayerContext(index, [.. inputs.Select(_ => afterRelu)], kernels, seed));
    }

    /// <summary>Its output's shape.</summary>
    public TensorShape OutputShape => _layer.Plan.Output;

    /// <summary>The output, and the gradient of each input: all at once, and each by itself, which must be the same.</summary>
    public (float[] Output, float[][] Gradients) Run(float[][] inputs, float[] gradOutput, SampleContext context, Placement placement)
    {
        using Operands operands = new(placement);
        int count = inputs.Length, size = OutputShape.Size;
        float** x = stackalloc float*[count], gradients = stackalloc float*[count], single = stackalloc float*[count];
        for (int i = 0; i < count; i++)
        {
            x[i] = operands.Copy(inputs[i]);
            gradients[i] = operands.Empty(inputs[i].Length);
        }

        float* y = operands.Empty(size), g = operands.Copy(gradOutput);
        RowMemory row = new(x, y, operands.Empty(_layer.Traits.StateLength), operands.Empty(_layer.ScratchLength));
        _layer.Forward(context, row);
        float[] output = new Span<float>(y, size).ToArray();
        _layer.Backward(context, row, g, gradients);
        float[][] all = [.. Read()];
        for (int i = 0; i < count; i++)
        {
            for (int other = 0; other < count; other++) single[other] = other == i ? gradients[i] : null;
            new Span<float>(gradients[i], inputs[i].Length).Fill(float.NaN);
            _layer.Backward(context, row, g, single);
            SameBits.Check(all[i], new(gradients[i], inputs[i].Length), $"gradient of input {i} by itself");
            SameBits.Check(inputs[i], new(x[i], inputs[i].Length), $"input {i} after use");
        }

        SameBits.Check(gradOutput, new(g, size), "gradOutput after use");
        SameBits.Check(output, new(y, size), "output after use");
        return (output, all);

        List<float[]> Read()
        {
            List<float[]> read = [];
            for (int i = 0; i < count; i++) read.Add(new Span<float>(gradients[i], inputs[i].Length).ToArray());
            return read;
        }
    }

    public void Dispose() => _layer.Dispose();
}
