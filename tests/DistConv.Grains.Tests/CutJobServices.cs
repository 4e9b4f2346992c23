using System.Collections.Concurrent;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;

namespace DistConv.Grains.Tests;

/// <summary>A silo's way to the others, which a test can cut: calls to a silo that is cut off are not answered while it is.</summary>
internal sealed class CutJobServices(IServiceProvider services) : IJobServiceClient
{
    private readonly JobServiceClient _inner = new(services);
    private readonly ConcurrentDictionary<SiloAddress, TaskCompletionSource> _cuts = new();

    public void Cut(SiloAddress silo) => _cuts[silo] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Heal(SiloAddress silo)
    {
        if (_cuts.TryRemove(silo, out TaskCompletionSource? cut)) cut.SetResult();
    }

    public IJobService On(SiloAddress silo) => _cuts.TryGetValue(silo, out TaskCompletionSource? cut) ? new Behind(cut.Task, _inner.On(silo)) : _inner.On(silo);

    private sealed class Behind(Task cut, IJobService inner) : IJobService
    {
        public async Task Start(string job, RunMessage options)
        {
            await cut;
            await inner.Start(job, options);
        }

        public async Task<JobStatus?> GetStatus(string job)
        {
            await cut;
            return await inner.GetStatus(job);
        }

        public async Task Nudge(string job)
        {
            await cut;
            await inner.Nudge(job);
        }

        public async Task<HeartbeatReply> Heartbeat()
        {
            await cut;
            return await inner.Heartbeat();
        }
    }
}
