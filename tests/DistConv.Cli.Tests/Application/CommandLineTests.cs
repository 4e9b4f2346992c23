using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Core;
using Xunit;

namespace DistConv.Cli.Tests.Application;

public sealed class CommandLineTests
{
    private readonly RecordingOutput _output = new();

    [Fact]
    public async Task RunAsync_mistakeOfTheUser_isExitCode2()
    {
        Assert.Equal(2, await RunAsync(new InvalidInputException("no such thing")));
        Assert.Equal(["no such thing"], _output.Failed);
    }

    [Fact]
    public async Task RunAsync_anyOtherException_isShownAndExitCode1()
    {
        Assert.Equal(1, await RunAsync(new InvalidOperationException("broken")));
        Assert.Equal(["internal error: broken"], _output.Failed);
    }

    [Fact]
    public async Task RunAsync_interrupted_isExitCode130()
    {
        Assert.Equal(130, await RunAsync(new OperationCanceledException(), interrupted: true));
        Assert.Equal(["interrupted"], _output.Failed);
    }

    [Fact]
    public async Task RunAsync_cancelledThoughNobodyAsked_isAnInternalError() => Assert.Equal(1, await RunAsync(new OperationCanceledException()));

    [Fact]
    public void Interrupts_firstSignal_asksAndSecondEndsTheProcess()
    {
        int exits = 0;
        using Interrupts interrupts = new(() => exits++);
        Assert.False(interrupts.Token.IsCancellationRequested);
        interrupts.Signal();
        Assert.True(interrupts.Token.IsCancellationRequested);
        Assert.Equal(0, exits);
        interrupts.Signal();
        Assert.Equal(1, exits);
    }

    /// <summary>Runs a command in which looking at the environment fails.</summary>
    private Task<int> RunAsync(Exception exception, bool interrupted = false) =>
        CommandLine.RunAsync(["jobs", "list"], new CliContext(_output, TimeProvider.System, _ => throw exception, new CancellationToken(interrupted)));
}
