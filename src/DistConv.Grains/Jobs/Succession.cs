using System.Security.Cryptography;
using System.Text;

namespace DistConv.Grains.Jobs;

/// <summary>Which silo coordinates a job: all silos that see the same ones agree, and jobs are spread evenly.</summary>
internal static class Succession
{
    /// <summary>The silos in the order in which they coordinate a job (rendezvous hashing): when one goes, the others keep their order.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="silos">The silos that can take part.</param>
    /// <returns>The first choice first.</returns>
    public static SiloAddress[] Order(string job, IEnumerable<SiloAddress> silos) =>
        [.. silos.OrderByDescending(silo => Weight(job, silo)).ThenBy(silo => silo)];

    private static ulong Weight(string job, SiloAddress silo) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{job}/{silo.ToParsableString()}")));
}
