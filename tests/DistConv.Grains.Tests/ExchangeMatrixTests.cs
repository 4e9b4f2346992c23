using DistConv.Core.Models;
using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>
/// Digests over numbers of silos, owners of the sum, transports, clipping and uneven shards. Each pair of two of these occurs: a cluster takes half of the
/// eight jobs at each of its sizes, that with bulk lanes one half and that without them the other.
/// </summary>
public sealed class ExchangeMatrixTests : IDisposable
{
    /// <summary>Bytes of gradient up to which one silo adds up everything.</summary>
    private const long StarBytes = 256 << 10;

    /// <summary>Nobody listens there, so every connection is refused.</summary>
    private const int ClosedPort = 1;

    /// <summary>87,303 parameters: six shares of ranges.</summary>
    private const string Sliced = """
        { "name": "sliced", "input": [6, 6, 1], "layers": [
          { "type": "conv2d", "filters": 3, "kernel": [2, 2], "activation": "relu" }, { "type": "flatten" },
          { "type": "dense", "units": 300, "activation": "relu" }, { "type": "dense", "units": 210, "activation": "relu" },
          { "type": "dense", "units": 3, "activation": "softmax" } ] }
        """;

    private static readonly int[] _silos = [1, 2, 3, 5, 8];

    private readonly TinyJob _job = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Job_anySilosOwnersTransportClippingAndShards_hasTheBitsOfTheControlRun(bool hasLanes)
    {
        Dictionary<string, JobSpec> jobs = Enumerable.Range(0, 8).Where(bits => int.IsOddInteger(int.PopCount(bits)) == hasLanes).ToDictionary(
            bits => $"{((bits & 1) == 0 ? "star" : "sliced")}-{((bits & 2) == 0 ? "free" : "clipped")}-{((bits & 4) == 0 ? "even" : "uneven")}", Spec);
        Dictionary<string, string?> expected = [];
        foreach ((string name, JobSpec spec) in jobs)
        {
            using TinyJob control = new(change: _ => spec);
            expected[name] = (await control.TrainLocallyAsync()).WeightsDigest;
        }

        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1, keepsJobs: false, (_, options) =>
        {
            if (!hasLanes) options.AdvertisedBulkPort = ClosedPort;
        });
        JobStore store = new(_job.Store);
        foreach (int silos in _silos)
        {
            await GrowAsync(cluster, silos);
            foreach ((string name, JobSpec spec) in jobs)
            {
                JobStatus status = await TrainAsync(cluster, store.Create($"{name}-{silos}", spec).Id);
                Assert.Equal((name, silos, expected[name]), (name, status.Silos.Count, status.WeightsDigest));
                Assert.Equal(Enumerable.Range(0, spec.Shards), status.Silos.SelectMany(silo => silo.Shards));
            }
        }

        string[] broken = [.. cluster.Warnings.Where(line => line.Contains("gradients travel as messages", StringComparison.Ordinal))];
        if (hasLanes) Assert.Empty(broken);
        else Assert.All(_silos[1..], silos => Assert.All(jobs.Keys, name => Assert.Contains(broken, line => line.Contains($"{name}-{silos}:"))));
    }

    /// <summary>Even: as many samples for each shard in each step. Uneven: 13 shards, of which all but one have no sample in an epoch's last step.</summary>
    private JobSpec Spec(int bits)
    {
        bool isSliced = (bits & 1) != 0, isUneven = (bits & 4) != 0;
        JobSpec spec = _job.Spec with
        {
            ModelJson = ModelSpec.Parse(isSliced ? Sliced : TinyJob.Model, "model").ToJson(),
            ClipNorm = (bits & 2) != 0 ? 0.1f : null,
            Samples = isUneven ? 53 : 48,
            GlobalBatch = isUneven ? 26 : 24,
            Shards = isUneven ? 13 : 8,
            TotalSteps = 4,
        };
        Assert.Equal(isSliced, spec.Plan().Parameters * sizeof(float) > StarBytes);
        return spec;
    }

    private static async Task GrowAsync(SmallCluster cluster, int silos)
    {
        while (cluster.Hosts.Count < silos) await cluster.AddAsync();
        for (int silo = 0; silo < silos; silo++) await SmallCluster.UntilAsync(() => cluster.Watch(silo).Active.Count == silos);
    }

    private static async Task<JobStatus> TrainAsync(SmallCluster cluster, string id)
    {
        JobClient jobs = cluster.Hosts[0].Services.GetRequiredService<JobClient>();
        await jobs.StartAsync(id, new RunOptions());
        JobStatus status = await jobs.WaitAsync(id);
        Assert.Null(status.Message);
        Assert.Equal(JobState.Done, status.State);
        return status;
    }
}
