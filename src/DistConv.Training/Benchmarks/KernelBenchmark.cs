using System.Diagnostics;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Shapes;

namespace DistConv.Training.Benchmarks;

/// <summary>The speed of one product of one shape on one thread, beside what bounds it.</summary>
/// <param name="Shape">Its geometry in words.</param>
/// <param name="Product">"forward", "input gradient" or "weight gradient".</param>
/// <param name="Gflops">2 × multiply-adds over the median time; taps that exist.</param>
/// <param name="PeakFraction">Of the multiply-add peak, measured before and after: median of the ratios.</param>
/// <param name="LaneBound">L / (w ⌈L/w⌉): how much of w lanes L channels fill.</param>
/// <param name="MemoryBound">What the copying of as many bytes as the operands have would allow, as a fraction of the peak.</param>
public sealed record KernelSpeed(string Shape, string Product, double Gflops, double PeakFraction, double LaneBound, double MemoryBound)
{
    /// <summary>Whether moving the operands takes longer than the arithmetic on full lanes.</summary>
    public bool IsMemoryBound => MemoryBound < LaneBound;

    /// <summary>The lower of the two bounds.</summary>
    public double Bound => IsMemoryBound ? MemoryBound : LaneBound;

    /// <summary>The speed over the bound.</summary>
    public double BoundFraction => PeakFraction / Bound;
}

/// <summary>Measures the products of convolutions and dense layers, alone, on the calling thread.</summary>
/// <param name="kernels">The instruction set.</param>
/// <param name="seconds">How long to measure each product.</param>
public sealed unsafe class KernelBenchmark(KernelSet kernels, double seconds)
{
    private const double BurstMilliseconds = 1;
    private const double WarmUpMilliseconds = 500;
    private const int PeakRounds = 60_000;
    private const int DenseRows = 128;

    private bool _warm;

    /// <summary>The geometries that are measured when none is named: the layers that people train, few channels and odd ones, all kernel sizes and
    /// strides.</summary>
    public static IReadOnlyList<Conv2DShape> StandardConvolutions { get; } =
    [
        new(28, 28, 1, 3, 3, 32),
        new(26, 26, 32, 3, 3, 32),
        new(26, 26, 32, 3, 3, 64),
        new(13, 13, 32, 3, 3, 64),
        new(28, 28, 1, 5, 5, 6, 1, 1, Padding.Same),
        new(14, 14, 6, 5, 5, 16),
        new(32, 32, 3, 3, 3, 32, 1, 1, Padding.Same),
        new(32, 32, 32, 3, 3, 32, 1, 1, Padding.Same),
        new(16, 16, 64, 3, 3, 64, 1, 1, Padding.Same),
        new(28, 28, 1, 7, 7, 64, 2, 2, Padding.Same),
        new(32, 32, 3, 7, 7, 64, 2, 2, Padding.Same),
        new(28, 28, 3, 5, 5, 10),
        new(24, 24, 10, 5, 5, 20),
        new(12, 12, 20, 5, 5, 50),
        new(20, 20, 16, 3, 3, 48),
        new(15, 15, 48, 1, 1, 16),
        new(28, 28, 32, 1, 1, 128),
        new(14, 14, 128, 3, 3, 128, 1, 1, Padding.Same),
        new(14, 14, 128, 1, 1, 256),
        new(7, 7, 256, 3, 3, 256, 1, 1, Padding.Same),
        new(28, 28, 64, 3, 3, 128, 2, 2, Padding.Same),
        new(29, 29, 32, 5, 5, 32, 2, 2),
        new(17, 17, 16, 7, 7, 16),
        new(23, 23, 64, 1, 1, 64, 2, 2),
    ];

    /// <summary>The dense layers that are measured when none is named.</summary>
    public static IReadOnlyList<DenseShape> StandardDense { get; } =
        [new(4608, 128), new(9216, 128), new(1600, 10), new(400, 120), new(120, 84), new(4096, 512), new(128, 10)];

    /// <summary>The three products of a convolution of one sample; no input gradient for a first layer (1 or 3 channels).</summary>
    /// <param name="shape">The geometry.</param>
    /// <returns>One result a product.</returns>
    public IEnumerable<KernelSpeed> Measure(Conv2DShape shape)
    {
        string text =
            $"conv {shape.InH}x{shape.InW}x{shape.InC} * {shape.KH}x{shape.KW} -> {shape.OutC}, {(shape.Padding == Padding.Same ? "same" : "valid")}, "
                + $"stride {shape.StrideH}";
        long bytes = sizeof(float) * ((long)shape.InputSize + shape.OutputSize + shape.KernelSize);
        using var convolution = new Convolution(kernels, shape);
        yield return Measure(text, "forward", shape.OutC, shape.MultiplyAdds, bytes, convolution.Forward);
        yield return Measure(text, "weight gradient", shape.OutC, shape.MultiplyAdds, bytes, convolution.WeightGradient);
        if (shape.InC > 3) yield return Measure(text, "input gradient", shape.InC, shape.MultiplyAdds, bytes, convolution.InputGradient);
    }

    /// <summary>The three products of a dense layer over 128 samples.</summary>
    /// <param name="shape">The geometry.</param>
    /// <returns>One result a product.</returns>
    public IEnumerable<KernelSpeed> Measure(DenseShape shape)
    {
        string text = $"dense {shape.In} -> {shape.Out}, {DenseRows} samples";
        long bytes = sizeof(float) * ((DenseRows * ((long)shape.In + shape.Out)) + shape.KernelSize), multiplyAdds = DenseRows * shape.MultiplyAdds;
        using var dense = new Dense(kernels, shape);
        yield return Measure(text, "forward", shape.Out, multiplyAdds, bytes, dense.Forward);
        yield return Measure(text, "weight gradient", shape.Out, multiplyAdds, bytes, dense.WeightGradient);
        yield return Measure(text, "input gradient", shape.In, multiplyAdds, bytes, dense.InputGradient);
    }

    private KernelSpeed Measure(string shape, string product, int extent, long multiplyAdds, long bytes, Action run)
    {
        WarmUp();
        double laneBound = (double)extent / ((extent + kernels.Lanes - 1) / kernels.Lanes * kernels.Lanes);
        using var copy = new FloatBuffer(bytes / sizeof(float));
        int half = (int)(copy.Length / 2);
        void Copy() => new Span<float>(copy.Pointer, half).CopyTo(new Span<float>(copy.Pointer + half, half));

        int runs = RunsOfABurst(run), copies = RunsOfABurst(Copy);
        var gflops = new List<double>();
        var fractions = new List<double>();
        var memoryBounds = new List<double>();
        long started = Stopwatch.GetTimestamp();
        double before = Peak();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds || gflops.Count < 5)
        {
            double speed = 2.0 * multiplyAdds / Nanoseconds(run, runs), copying = 2.0 * multiplyAdds / Nanoseconds(Copy, copies), after = Peak();
            double peak = (before + after) / 2;
            gflops.Add(speed);
            fractions.Add(speed / peak);
            memoryBounds.Add(copying / peak);
            before = after;
        }

        return new KernelSpeed(shape, product, Median.Of(gflops), Median.Of(fractions), laneBound, Median.Of(memoryBounds));
    }

    /// <summary>The runtime compiles anew what is called often, a moment later: until then the code around the tiles is slow.</summary>
    private void WarmUp()
    {
        if (_warm) return;
        _warm = true;
        using Convolution whole = new(kernels, new Conv2DShape(8, 8, 32, 3, 3, 32)),
            odd = new(kernels, new Conv2DShape(8, 8, 3, 3, 3, 6, Padding: Padding.Same));
        using Dense wholeDense = new(kernels, new DenseShape(64, 64)), oddDense = new(kernels, new DenseShape(20, 10));
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < WarmUpMilliseconds)
        {
            foreach (Convolution convolution in (ReadOnlySpan<Convolution>)[whole, odd])
            {
                convolution.Forward();
                convolution.InputGradient();
                convolution.WeightGradient();
            }

            foreach (Dense dense in (ReadOnlySpan<Dense>)[wholeDense, oddDense])
            {
                dense.Forward();
                dense.InputGradient();
                dense.WeightGradient();
            }
        }
    }

    private double Peak()
    {
        long started = Stopwatch.GetTimestamp();
        double operations = PeakFlops.Burst(kernels, PeakRounds);
        return operations / Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }

    private static int RunsOfABurst(Action run)
    {
        for (int i = 0; i < 3; i++) run();
        return int.Max(1, (int)(BurstMilliseconds * 1e6 / Nanoseconds(run, 3)));
    }

    private static double Nanoseconds(Action run, int runs)
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < runs; i++) run();
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / runs;
    }

    private static FloatBuffer Operand(long length)
    {
        var buffer = new FloatBuffer(length);
        for (long i = 0; i < length; i++) buffer.Pointer[i] = ((i * 37 % 101) - 50) / 64f;
        return buffer;
    }

    private sealed class Convolution : IDisposable
    {
        private readonly Conv2DOperator _operator;
        private readonly FloatBuffer _input, _output, _weights, _gradInput, _gradWeights, _scratch;

        public Convolution(KernelSet kernels, Conv2DShape shape)
        {
            _operator = kernels.Conv2D(shape);
            (_input, _output, _weights) = (Operand(shape.InputSize), Operand(shape.OutputSize), Operand(shape.KernelSize + shape.OutC));
            (_gradInput, _gradWeights, _scratch) = (Operand(shape.InputSize), Operand(shape.KernelSize), new FloatBuffer(_operator.ScratchLength));
            _operator.PackWeights(_weights.Pointer, _weights.Pointer + shape.KernelSize);
        }

        public void Forward() => _operator.Forward(_input.Pointer, _output.Pointer, relu: true, _scratch.Pointer);

        public void InputGradient() => _operator.InputGradient(_output.Pointer, _gradInput.Pointer, rectified: null, _scratch.Pointer);

        public void WeightGradient()
        {
            for (int unit = 0; unit < _operator.WeightGradientUnits; unit++)
                _operator.WeightGradient(unit, _input.Pointer, _output.Pointer, _gradWeights.Pointer, accumulate: true, _scratch.Pointer);
        }

        public void Dispose()
        {
            _operator.Dispose();
            foreach (FloatBuffer buffer in (ReadOnlySpan<FloatBuffer>)[_input, _output, _weights, _gradInput, _gradWeights, _scratch]) buffer.Dispose();
        }
    }

    private sealed class Dense : IDisposable
    {
        private readonly DenseOperator _operator;
        private readonly FloatBuffer _input, _output, _weights, _gradInput, _gradWeights, _scratch;

        public Dense(KernelSet kernels, DenseShape shape)
        {
            _operator = kernels.Dense(shape);
            (_input, _output, _weights) =
                (Operand((long)DenseRows * RowStride.Of(shape.In)), Operand((long)DenseRows * RowStride.Of(shape.Out)), Operand(shape.KernelSize + shape.Out));
            (_gradInput, _gradWeights, _scratch) = (Operand(_input.Length), Operand(shape.KernelSize), new FloatBuffer(_operator.ScratchLength));
            for (int unit = 0; unit < _operator.PackUnits; unit++) _operator.PackWeights(unit, _weights.Pointer, _weights.Pointer + shape.KernelSize);
        }

        public void Forward()
        {
            for (int unit = 0; unit < _operator.ForwardUnits; unit++)
                _operator.Forward(unit, DenseRows, _input.Pointer, _output.Pointer, relu: true, _scratch.Pointer);
        }

        public void InputGradient()
        {
            for (int unit = 0; unit < _operator.InputGradientUnits; unit++)
                _operator.InputGradient(unit, DenseRows, _output.Pointer, _gradInput.Pointer, rectified: null, _scratch.Pointer);
        }

        public void WeightGradient()
        {
            DenseShape shape = _operator.Shape;
            for (int first = 0; first < shape.In; first += _operator.WeightGradientRows)
            {
                _operator.WeightGradient(
                    first, int.Min(_operator.WeightGradientRows, shape.In - first), DenseRows, _input.Pointer, _output.Pointer,
                    _gradWeights.Pointer + ((long)first * shape.Out), add: false, _scratch.Pointer);
            }
        }

        public void Dispose()
        {
            _operator.Dispose();
            foreach (FloatBuffer buffer in (ReadOnlySpan<FloatBuffer>)[_input, _output, _weights, _gradInput, _gradWeights, _scratch]) buffer.Dispose();
        }
    }
}
