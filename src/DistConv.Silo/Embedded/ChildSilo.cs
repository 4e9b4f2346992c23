using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Hosting;

namespace DistConv.Silo.Embedded;

/// <summary>
/// The main program of a child process of an <see cref="EmbeddedCluster"/>: a silo that lives as long as its standard input is open, so that no way for its
/// parent to die leaves it behind.
/// </summary>
public static class ChildSilo
{
    /// <summary>Runs until standard input closes or the process is asked to terminate. An interrupt from the terminal is the parent's business.</summary>
    /// <param name="input">One line of settings; a line that lets the silo join; then nothing until its end.</param>
    /// <param name="output">A line that asks to join; then one with the silo's address, when it is ready.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(TextReader input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        if (await input.ReadLineAsync() is not { } line) return 0; // The parent ended before it had settings to send.
        ChildSiloSettings settings = JsonSerializer.Deserialize(line, ChildSiloJson.Default.ChildSiloSettings)
            ?? throw new InvalidOperationException("a child silo reads its settings from standard input; an embedded cluster of several silos starts it");

        // From now on whatever ends the input ends the process, even in the middle of a start or a step: its work is the coordinator's to repeat.
        JoinTurn turn = new(output);
        Task parent = Task.Run(() => ExitWithAsync(input, turn));
        (IHost _, SiloAddress address) = await SiloHost.StartAsync(
            port => SiloHost.Build(settings.ToSilo(port, turn)), settings.Port, CancellationToken.None);
        await output.WriteLineAsync($"{ChildProcess.ReadyPrefix}{address.ToParsableString()}");
        await output.FlushAsync();
        await parent;
        return 0;
    }

    private static SiloHostSettings ToSilo(this ChildSiloSettings settings, int port, JoinTurn turn) => new(port, settings.PrimaryPort, settings.ClusterId)
    {
        StoreDirectory = settings.StoreDirectory,
        DataDirectory = settings.DataDirectory,
        CacheDirectory = settings.CacheDirectory,
        DataMemoryBytes = settings.DataMemoryBytes,
        Threads = settings.Threads,
        Kernel = settings.Kernel,
        Turn = turn,
        Warn = Console.Error.WriteLine,
    };

    private static async Task ExitWithAsync(TextReader input, JoinTurn turn)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            if (line == JoinTurn.Granted) turn.Grant();
        }

        Environment.Exit(0);
    }
}
