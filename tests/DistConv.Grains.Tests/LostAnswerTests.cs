using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Tests.Lane;
using DistConv.Training.Loop;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Answers that were lost with their connections: Orleans tells nobody, so they are asked for again.</summary>
public sealed class LostAnswerTests
{
    private readonly ManualTime _time = new();
    private readonly FakeWorker _holder = new() { Step = 7 };
    private readonly List<(string Job, double Seconds)> _told = [];
    private readonly ChunkedWorker _worker;

    public LostAnswerTests() => _worker = new ChunkedWorker(_holder, long.MaxValue, (job, seconds) => _told.Add((job, seconds)), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenState_answersThatAreLost_areAskedForAgain_andToldWithTheTime()
    {
        _holder.LostAnswers = 2;
        Task<StateOutline> state = _worker.OpenState("job", 1);

        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)], [await ElapseAsync(), await ElapseAsync()]);

        Assert.Equal(7, (await state.WaitAsync(Token)).Step);
        Assert.Equal([("job", 30), ("job", 60)], _told);
    }

    [Fact]
    public async Task ReadGradient_answerThatIsLost_isAskedForAgain_andIsNeverLargerThanAChunk()
    {
        _holder.LostAnswers = 1;
        Task<GradientReply> gradient = _worker.ReadGradient(new GradientRequest("job", 1, 7));

        await ElapseAsync();

        Assert.Equal(7, (await gradient.WaitAsync(Token)).HolderStep);
        Assert.Equal([4 << 20, 4 << 20], _holder.GradientsAsked.Select(request => request.MaxBytes));
        Assert.Single(_told);
    }

    [Fact]
    public async Task ReadGradient_answerThatComes_isAskedForOnce()
    {
        await _worker.ReadGradient(new GradientRequest("job", 1, 7));

        Assert.Single(_holder.GradientsAsked);
        Assert.Empty(_told);
    }

    /// <summary>The coordinator's own silo does not compute, so the sum is another silo's.</summary>
    [Fact]
    public async Task RunStepAsync_answerAboutTheSumIsLost_isAskedForAgain()
    {
        using TinyJob job = new();
        FakeWorkers workers = new();
        WorkerStepExecutor executor = workers.Coordinate(job);
        await executor.RestoreAsync(null, Token);
        workers.Workers[0].LostAnswers = 1;

        StepOutcome step = await executor.RunStepAsync(0, new RunProgress(default, []), measureNorms: false, Token);

        Assert.Equal(20, step.Totals.Samples);
        Assert.Equal([0L, 0], workers.Workers[0].Asked.Select(request => request.Step));
        Assert.Empty(executor.Notices);
    }

    private Task<TimeSpan> ElapseAsync() => Task.Run(_time.Elapse, Token);
}
