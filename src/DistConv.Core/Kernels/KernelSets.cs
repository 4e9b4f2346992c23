using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels;

/// <summary>The kernel sets that this processor can run, and the choice among them.</summary>
public static class KernelSets
{
    /// <summary>Environment variable that forces a set by name.</summary>
    public const string EnvironmentVariable = "DISTCONV_KERNEL";

    /// <summary>All names, slowest first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["scalar", "vector128", "avx2", "avx512"];

    /// <summary>The sets that run here, slowest first; "scalar" always does.</summary>
    public static IReadOnlyList<KernelSet> Supported { get; } = FindSupported();

    /// <summary>The set to use: the named one, else the one that <c>DISTCONV_KERNEL</c> names, else the fastest.</summary>
    /// <param name="name">A name, or null.</param>
    /// <returns>The set.</returns>
    /// <exception cref="InvalidInputException">The name is unknown or this processor cannot run it; the message lists the choices.</exception>
    public static KernelSet Select(string? name = null) => Select(name, Supported);

    /// <summary>The same among given sets.</summary>
    internal static KernelSet Select(string? name, IReadOnlyList<KernelSet> supported)
    {
        name ??= Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (string.IsNullOrEmpty(name)) return supported[^1];
        foreach (KernelSet set in supported)
        {
            if (set.Name == name) return set;
        }

        string problem = Names.Contains(name) ? "is not supported by this processor" : "is unknown";
        throw new InvalidInputException($"kernel set '{name}' ({EnvironmentVariable}) {problem}; choose one of: {string.Join(", ", supported)}");
    }

    private static KernelSet[] FindSupported()
    {
        var sets = new List<KernelSet> { new SimdKernelSet<ScalarSimd, float>("scalar") };

        // Without fused multiply-add in hardware a vector of software ones is slower than scalar code. Vector512.IsHardwareAccelerated is false on
        // processors that throttle, where AVX-512 still wins: ask for the instructions instead.
        if (Fma.IsSupported || AdvSimd.IsSupported) sets.Add(new SimdKernelSet<Vector128Simd, Vector128<float>>("vector128"));
        if (Avx2.IsSupported && Fma.IsSupported) sets.Add(new SimdKernelSet<Avx2Simd, Vector256<float>>("avx2"));
        if (Avx512F.IsSupported) sets.Add(new SimdKernelSet<Avx512Simd, Vector512<float>>("avx512"));
        return [.. sets];
    }
}
