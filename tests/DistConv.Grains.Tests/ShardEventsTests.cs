using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using Xunit;
using SiloStatus = DistConv.Training.Jobs.SiloStatus;

namespace DistConv.Grains.Tests;

/// <summary>What the record tells of shards that move and that are computed again.</summary>
public sealed class ShardEventsTests : IDisposable
{
    private const string First = "127.0.0.1:1 (process 1)", Second = "127.0.0.1:2 (process 1)";

    private static readonly RunProgress _nothing = new(default, []);

    private readonly TinyJob _job = new();
    private readonly FakeWorkers _workers = new();
    private readonly WorkerStepExecutor _executor;

    public ShardEventsTests() => _executor = _workers.Coordinate(_job);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task RunStepAsync_siloIsLostAndAnotherJoins_recordsWhatWasComputedAgainAndWhatMoved()
    {
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        Assert.Empty(Taken());
        _workers.Workers[1].Hangs = true;
        Task<StepOutcome> step = _executor.RunStepAsync(1, _nothing, measureNorms: false, Token).AsTask();

        _workers.LoseSecond();
        await step;

        Assert.Equal(
            [
                (JobEventKind.SiloLost, $"step 1: silo {Second} was lost; the other silos take over its 2 shards (2-3)"),
                (JobEventKind.Retry, $"step 1: silo {First} computes shards 2-3 again"),
                (JobEventKind.ShardsMoved, $"step 1: shards 2-3 moved from silo {Second} to silo {First}"),
            ],
            Taken());
        Assert.Single(_executor.Notices); // People are told of the silo; the rest is for the record.
    }

    [Fact]
    public async Task RunStepAsync_siloJoins_recordsTheShardsThatItGets()
    {
        _workers.Active = [_workers.Silos[0]];
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);

        _workers.Active = _workers.Silos;
        long step = 1;
        for (; _executor.Notices.Count == 0; step++)
        {
            await _executor.RunStepAsync(step, _nothing, measureNorms: false, Token);
            await Task.Yield();
        }

        Assert.Equal(
            [
                (JobEventKind.SiloJoined, $"step {step - 1}: silo {Second} joins"),
                (JobEventKind.ShardsMoved, $"step {step - 1}: shards 2-3 moved from silo {First} to silo {Second}"),
            ],
            Taken());
    }

    [Fact]
    public void Deal_afterATakeover_tellsFromWhomInThatDeal()
    {
        ShardOwners owners = new(4);
        owners.GoOn([new SiloStatus("127.0.0.1:9", "host", 7, [0, 1, 2], 1, 0), new SiloStatus("127.0.0.1:1", "host", 1, [3], 1, 0)]);
        Participant there = new(_workers.Silos[0], _workers.Workers[0], new JoinReply("host", 1, "scalar", 1, null), isLocal: true)
        {
            Shards = [0, 1, 2, 3],
        };

        Assert.Equal($"shards 0-2 moved from silo 127.0.0.1:9 (process 7) to silo {First}", owners.Deal([there]));
        Assert.Null(owners.Deal([there]));
    }

    private List<(JobEventKind Kind, string Line)> Taken()
    {
        List<(JobEventKind, string)> taken = [];
        while (_executor.TryTakeNotice(out (JobEventKind Kind, string Line) notice)) taken.Add(notice);
        return taken;
    }
}
