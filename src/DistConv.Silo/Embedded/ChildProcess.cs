using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using DistConv.Core;

namespace DistConv.Silo.Embedded;

/// <summary>One child process. It ends when its standard input closes, which the system does if this process dies.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>How the line begins that tells a silo's address.</summary>
    public const string ReadyPrefix = "silo ";

    private readonly Process _process;
    private readonly Task _errors;
    private volatile string? _lastError;

    private ChildProcess(Process process, Action<string> warn)
    {
        _process = process;
        Id = process.Id;
        _errors = PumpErrorsAsync(warn);
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>What it said last on standard error, or null.</summary>
    public string? LastError => _lastError;

    /// <summary>Starts a child. It waits for its settings.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="warn">Gets what it writes to standard error.</param>
    /// <returns>The child.</returns>
    /// <exception cref="InvalidInputException">There is no such program.</exception>
    public static ChildProcess Start(IReadOnlyList<string> command, Action<string> warn)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"'{command[0]}' did not start"), warn);
        }
        catch (Win32Exception e)
        {
            string reason = new Win32Exception(e.NativeErrorCode).Message;
            throw new InvalidInputException(
                $"the silo process '{command[0]}' cannot be started ({reason}): name a program that calls ChildSilo.RunAsync", e);
        }
    }

    /// <summary>Sends the settings, and lets the silo join the cluster when it is its turn.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="joining">Held by the one child that joins.</param>
    /// <returns>The silo's address when it is ready; null if the process ended before.</returns>
    public async Task<SiloAddress?> OpenAsync(ChildSiloSettings settings, SemaphoreSlim joining)
    {
        bool joins = false;
        try
        {
            await SendAsync(JsonSerializer.Serialize(settings, ChildSiloJson.Default.ChildSiloSettings));
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith(ReadyPrefix, StringComparison.Ordinal)) return SiloAddress.FromParsableString(line[ReadyPrefix.Length..]);
                if (line != JoinTurn.Asked || joins) continue;
                await joining.WaitAsync();
                joins = true;
                await SendAsync(JoinTurn.Granted);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It ended, or was asked to, before it read what was sent.
        }
        finally
        {
            if (joins) joining.Release();
        }

        return null;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        await _errors;
        return _process.ExitCode;
    }

    /// <summary>Asks it to end.</summary>
    public void Close()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It had ended before it read what was sent.
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private async Task SendAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    private async Task PumpErrorsAsync(Action<string> warn)
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _lastError = line;
            warn($"silo process {Id}: {line}");
        }
    }
}
