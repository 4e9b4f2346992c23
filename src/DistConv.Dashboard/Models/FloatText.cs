using System.Runtime.InteropServices;

namespace DistConv.Dashboard.Models;

/// <summary>Floats in JSON: base64 of float32, little-endian.</summary>
internal static class FloatText
{
    /// <summary>Writes them.</summary>
    public static string Base64(ReadOnlySpan<float> values) => Convert.ToBase64String(MemoryMarshal.AsBytes(values));
}
