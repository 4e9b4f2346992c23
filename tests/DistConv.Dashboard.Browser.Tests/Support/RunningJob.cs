using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Dashboard.Browser.Tests.Support;

/// <summary><c>distconv train --dashboard</c> with the job "live", which runs for as long as the tests do.</summary>
public sealed class RunningJob : IAsyncLifetime
{
    private DistConvProcess? _process;
    private Uri? _link;

    /// <summary>The folder of the tests; the store is "jobs" in it.</summary>
    internal TemporaryFolder Folder { get; } = new();

    /// <summary>What the dashboard printed.</summary>
    internal Uri Link => _link ?? throw new InvalidOperationException("the dashboard has not been started");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => (_process, _link) = await Digits.ServeAsync(
        Folder, Digits.Arguments(Folder, "live", "--dashboard", "0", "--epochs", "100000", "--snapshot-every", "100", "--learning-rate", "0.0005"));

    /// <summary>Waits until a page of the job, or of the list of jobs, says that it is past a step.</summary>
    internal static async Task PastStepAsync(DashboardPage page, long step) => await page.Page.WaitForFunctionAsync(
        "step => Number((/Step ([0-9,]+) of/.exec(document.querySelector('.standing')?.innerText ?? '') ?? ['', '0'])[1].replaceAll(',', '')) > step",
        step);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
