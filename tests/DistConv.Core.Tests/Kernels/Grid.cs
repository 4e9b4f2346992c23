using System.Collections.Concurrent;
using Xunit;
using Xunit.Sdk;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Cases of a grid on two threads.</summary>
internal static class Grid
{
    /// <summary>Runs every case; fails with the first few cases that fail.</summary>
    public static void ForEach(int count, Action<int> check)
    {
        var failures = new ConcurrentQueue<string>();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            try
            {
                check(i);
            }
            catch (XunitException e)
            {
                failures.Enqueue(e.Message);
            }
        });
        if (!failures.IsEmpty) Assert.Fail($"{failures.Count} of {count} cases: {string.Join(Environment.NewLine, failures.Take(5))}");
    }
}
