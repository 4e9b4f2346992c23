using System.Runtime.CompilerServices;

namespace DistConv.Core.Threading;

/// <summary>Results must not depend on what a native library did to a thread's floating-point mode.</summary>
internal static class Denormals
{
    /// <summary>Throws if this thread flushes denormal numbers to zero.</summary>
    public static void Check()
    {
        const float Denormal = 1e-40f;
        if (Half(Denormal) == 0f) throw new InvalidOperationException("this thread flushes denormal numbers to zero, so results would differ between machines");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Half(float value) => value * 0.5f;
}
