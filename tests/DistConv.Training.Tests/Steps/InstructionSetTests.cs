using System.Runtime.InteropServices;
using DistConv.Core.Kernels;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Processes in which instruction sets are really gone (fewer registers, no fused multiply-add in hardware) end with the same weights.</summary>
public class InstructionSetTests
{
    [Fact]
    public async Task Digests_everythingOn_areGolden()
    {
        IReadOnlyDictionary<string, string> lines = await LegProcess.RunAsync("digests");

        Assert.Equal(string.Join(',', KernelSets.Supported), lines["sets"]);
        AssertGolden(lines);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "avx512", "scalar,vector128,avx2")]
    [InlineData("DOTNET_EnableAVX2", "avx512 avx2 fma", "scalar")]
    [InlineData("DOTNET_EnableHWIntrinsic", "avx512 avx2 fma sse2 advsimd", "scalar")]
    public async Task Digests_switchedOff_areGolden(string variable, string features, string sets)
    {
        IReadOnlyDictionary<string, string> lines = await LegProcess.RunAsync("digests", variable);

        Assert.All(features.Split(' '), feature => Assert.Equal("False", lines[feature]));
        Assert.Subset(sets.Split(',').ToHashSet(), OnlyX86(lines["sets"].Split(',')).ToHashSet());
        Assert.Contains("scalar", lines["sets"], StringComparison.Ordinal);
        AssertGolden(lines);
    }

    /// <summary>Arm's AdvSimd runs "vector128" whatever is said about x86.</summary>
    private static IEnumerable<string> OnlyX86(string[] sets) =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? sets.Where(set => set != "vector128") : sets;

    private static void AssertGolden(IReadOnlyDictionary<string, string> lines)
    {
        foreach (string set in lines["sets"].Split(','))
        {
            Golden.AssertEqual("leg", lines[$"digest:{set}"]);
            Golden.AssertEqual("leg-normed", lines[$"normed:{set}"]);
            Golden.AssertEqual("leg-augmented", lines[$"augmented:{set}"]);
            Golden.AssertEqual("leg-varied", lines[$"varied:{set}"]);
            Golden.AssertEqual("leg-clipped", lines[$"clipped:{set}"]);
        }
    }
}
