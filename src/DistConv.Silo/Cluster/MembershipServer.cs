using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Training.Jobs;
using Garnet;
using Microsoft.Extensions.Logging;

namespace DistConv.Silo.Cluster;

/// <summary>
/// A server in this process that keeps the list of silos of a small cluster, so that its machines need no Redis: Garnet, which speaks Redis's protocol.
/// It writes each change of the list to a folder before it answers, and reads the list from there when it starts again. There is no authentication, as
/// with Redis: anyone who can reach the port can change the list.
/// </summary>
public sealed class MembershipServer : IDisposable
{
    /// <summary>The folder of a job store in which a silo that hosts the list keeps it; no job has such a name.</summary>
    public const string FolderInStore = ".membership";

    private const string Setting = "the list of silos";
    private static readonly TimeSpan _lockPatience = TimeSpan.FromSeconds(2);

    // The list is a few kilobytes, so the server gets a few megabytes. Orleans changes the list by Lua scripts, each of which has to be one transaction.
    // The default disk driver needs a library of the system (libaio); RandomAccess is .NET's own. Each silo writes a sign of life every few seconds:
    // without a limit the log would grow for ever, and with one it is cut after a checkpoint.
    private static readonly string[] _settings =
    [
        "--lua", "--lua-transaction-mode",
        "--aof", "--aof-commit-wait", "--recover", "--device-type", "RandomAccess",
        "--memory", "8m", "--page", "512k", "--index", "512k", "--segment", "16m", "--object-log-segment", "16m",
        "--aof-memory", "4m", "--aof-page-size", "1m", "--aof-segment-size", "4m", "--aof-size-limit", "4m",
        "--disable-console-logger", "-q",
    ];

    private readonly JobLock _lock;
    private readonly ILoggerFactory _loggers;
    private readonly GarnetServer _server;

    private MembershipServer(JobLock @lock, ILoggerFactory loggers, GarnetServer server, IPEndPoint endPoint) =>
        (_lock, _loggers, _server, EndPoint) = (@lock, loggers, server, endPoint);

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>How this machine reaches it.</summary>
    public ClusterAddress Address => AddressOf(EndPoint);

    /// <summary>How this machine reaches a server.</summary>
    /// <param name="listen">Where the server listens; all addresses include the loopback interface.</param>
    /// <returns>An address to connect to.</returns>
    public static ClusterAddress AddressOf(IPEndPoint listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        IPAddress address = listen.Address;
        if (address.Equals(IPAddress.Any)) address = IPAddress.Loopback;
        if (address.Equals(IPAddress.IPv6Any)) address = IPAddress.IPv6Loopback;
        return new ClusterAddress($"{address}", listen.Port);
    }

    /// <summary>Starts a server.</summary>
    /// <param name="listen">Address and port; port 0: any free one.</param>
    /// <param name="folder">Where it keeps the list; created if it is not there.</param>
    /// <param name="warn">Gets warnings, a line each, from any thread.</param>
    /// <returns>A server that answers; disposing it stops it.</returns>
    /// <exception cref="InvalidInputException">The port is taken, this machine does not have the address, or the folder is in use or read-only.</exception>
    public static MembershipServer Start(IPEndPoint listen, string folder, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string full = Path.GetFullPath(folder);
        JobLock held = Lock(full);
        ILoggerFactory loggers = LoggerFactory.Create(log => log.SetMinimumLevel(LogLevel.Error).AddProvider(new LineLoggerProvider(warn)));
        GarnetServer? server = null;
        try
        {
            using (ServerPort kept = ServerPort.Keep(listen, Setting)) listen = kept.EndPoint;
            string port = listen.Port.ToString(CultureInfo.InvariantCulture);
            server = new GarnetServer([.. _settings, "--bind", $"{listen.Address}", "--port", port, "--checkpointdir", full], loggers);
            server.Start();
            File.WriteAllText(HolderPath(full), $"{Environment.MachineName}, {listen}");
            return new MembershipServer(held, loggers, server, listen);
        }
        catch (Exception e)
        {
            server?.Dispose();
            loggers.Dispose();
            held.Dispose();
            if (e is SocketException taken) throw ServerPort.Refused(listen, Setting, taken);
            if (e is IOException or UnauthorizedAccessException) throw Unwritable(full, e);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server.Dispose();
        _loggers.Dispose();
        _lock.Dispose();
    }

    private static JobLock Lock(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (JobLock.TryAcquire(Path.Combine(folder, "lock"), _lockPatience) is { } held) return held;
            string holder = File.Exists(HolderPath(folder)) ? $" ({File.ReadAllText(HolderPath(folder))})" : "";
            throw new InvalidInputException(
                $"another silo already hosts the list of silos in '{folder}'{holder}: join its cluster instead of hosting a second list");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, e);
        }
    }

    private static InvalidInputException Unwritable(string folder, Exception reason) =>
        new($"the list of silos cannot be kept in '{folder}' ({reason.Message.ReplaceLineEndings(" ")}): name another job store", reason);

    private static string HolderPath(string folder) => Path.Combine(folder, "holder");
}
