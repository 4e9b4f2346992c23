using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Numerics;

/// <summary>
/// Functions of vectors against doubles, and every kernel set against the scalar one, over every 9,973rd of all floats and the special ones. With
/// DISTCONV_MATH_STRIDE=1 the values are all floats there are, which takes half an hour.
/// </summary>
public sealed unsafe class SimdMathTests
{
    private const int Block = 1 << 16;

    private static readonly float[] Specials =
    [
        0f, -0f, float.Epsilon, -float.Epsilon, 1e-40f, -1e-40f, 1.17549435e-38f, -1.17549435e-38f, 1f, -1f, 0.5f, -0.5f, 17.32868f, -17.32868f, 88.7228317f,
        88.7228394f, -87.33654f, -87.33655f, 104f, -104f, float.MaxValue, -float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    private static uint Stride => uint.Parse(Environment.GetEnvironmentVariable("DISTCONV_MATH_STRIDE") ?? "9973");

    public static TheoryData<string> Functions => ["exp", "expm1", "tanh", "sigmoid", "softplus", "erf"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_overAllFloats_isWithinTwoUlp(string name)
    {
        double worst = 0;
        float worstAt = 0;
        foreach (float[] x in Blocks())
        {
            float[] y = Run(KernelSets.Supported[^1], name, x);
            for (int i = 0; i < x.Length; i++)
            {
                double expected = Expected(name, x[i]), error = Error(expected, y[i]);
                if (error > worst) (worst, worstAt) = (error, x[i]);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {worst:F3} ulp at {worstAt:R}");
        Assert.True(worst <= 2, $"{name}: {worst} ulp at {worstAt:R}");
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_everyKernelSet_hasTheScalarBits(string name)
    {
        foreach (float[] x in Blocks())
        {
            float[] expected = Run(KernelSets.Supported[0], name, x);
            foreach (KernelSet set in KernelSets.Supported.Skip(1)) SameBits.Check(expected, Run(set, name, x), $"{name} with {set}");
        }
    }

    [Theory]
    [InlineData("exp", 0f, 1f)]
    [InlineData("exp", -88f, 0f)]
    [InlineData("exp", float.NegativeInfinity, 0f)]
    [InlineData("exp", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("expm1", -0f, -0f)]
    [InlineData("expm1", -1000f, -1f)]
    [InlineData("expm1", float.NegativeInfinity, -1f)]
    [InlineData("tanh", -0f, -0f)]
    [InlineData("tanh", float.PositiveInfinity, 1f)]
    [InlineData("tanh", float.NegativeInfinity, -1f)]
    [InlineData("sigmoid", 0f, 0.5f)]
    [InlineData("sigmoid", float.PositiveInfinity, 1f)]
    [InlineData("sigmoid", float.NegativeInfinity, 0f)]
    [InlineData("softplus", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("softplus", float.NegativeInfinity, 0f)]
    [InlineData("erf", -0f, -0f)]
    [InlineData("erf", float.PositiveInfinity, 1f)]
    [InlineData("erf", float.NegativeInfinity, -1f)]
    public void Function_ofASpecialValue_isExact(string name, float x, float expected) =>
        SameBits.Check([expected], Run(KernelSets.Supported[0], name, [x]), $"{name}({x})");

    private static IEnumerable<float[]> Blocks()
    {
        yield return Specials;
        List<float> block = [];
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Stride)
        {
            block.Add(BitConverter.UInt32BitsToSingle((uint)bits));
            if (block.Count < Block) continue;
            yield return [.. block];
            block.Clear();
        }

        yield return [.. block];
    }

    private static double Expected(string name, double x) => name switch
    {
        "exp" => Math.Exp(x),
        "expm1" => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1,
        "tanh" => Math.Tanh(x),
        "sigmoid" => 1 / (1 + Math.Exp(-x)),
        "softplus" => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))),
        "erf" => OracleErf.Of(x),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static double Log1p(double u) => u < 1e-5 ? u - (u * u / 2) : Math.Log(1 + u);

    /// <summary>In ulp of a float; what is below the normal ones may be 0.</summary>
    private static double Error(double expected, float actual)
    {
        if (double.IsNaN(expected)) return float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        if (Math.Abs(expected) < 1.1754943508222875e-38 && actual == 0) return 0;
        if (double.IsInfinity((float)expected)) return actual == (float)expected ? 0 : double.PositiveInfinity;
        double magnitude = Math.Max(Math.Abs(expected), 1.1754943508222875e-38);
        double ulp = Math.ScaleB(1, Math.ILogB(magnitude) - 23);
        return Math.Abs(actual - expected) / ulp;
    }

    private static float[] Run(KernelSet set, string name, float[] x)
    {
        float[] y = new float[x.Length];
        fixed (float* from = x, to = y)
        {
            FunctionAction action = new() { Name = name, X = from, Y = to, Count = x.Length };
            set.Run(ref action);
        }

        return y;
    }

    private struct FunctionAction : ISimdAction
    {
        public string Name;
        public float* X, Y;
        public int Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            int i = Apply<TSimd, TVec>(0);
            Apply<ScalarSimd, float>(i);
        }

        private readonly int Apply<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            for (; i <= Count - TSimd.Lanes; i += TSimd.Lanes)
            {
                TVec x = TSimd.Load(X + i);
                TSimd.Store(Y + i, Name switch
                {
                    "exp" => SimdMath<TSimd, TVec>.Exp(x),
                    "expm1" => SimdMath<TSimd, TVec>.Expm1(x),
                    "tanh" => SimdMath<TSimd, TVec>.Tanh(x),
                    "sigmoid" => SimdMath<TSimd, TVec>.Sigmoid(x),
                    "softplus" => SimdMath<TSimd, TVec>.Softplus(x),
                    "erf" => SimdMath<TSimd, TVec>.Erf(x),
                    _ => throw new InvalidOperationException(Name),
                });
            }

            return i;
        }
    }
}
