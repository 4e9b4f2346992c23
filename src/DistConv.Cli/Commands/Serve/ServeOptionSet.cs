using System.CommandLine;
using System.Globalization;
using System.Net;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Silo.Cluster;
using DistConv.Silo.Exporters;

namespace DistConv.Cli.Commands.Serve;

/// <summary>The options of <c>serve</c>.</summary>
internal sealed class ServeOptionSet
{
    /// <summary>Environment variable behind <c>--cluster</c>.</summary>
    public const string ClusterVariable = "DISTCONV_CLUSTER";

    /// <summary>Environment variable behind <c>--cluster-id</c>.</summary>
    public const string ClusterIdVariable = "DISTCONV_CLUSTER_ID";

    private const string InsecureVariable = "DISTCONV_INSECURE";
    private const string HostVariable = "DISTCONV_HOST_MEMBERSHIP";
    private const int MaxThreads = 1024;
    private static readonly IPEndPoint _defaultHost = new(IPAddress.Loopback, 6379);
    private static readonly string[] _names =
    [
        "Cluster", "HostMembership", "ClusterId", "Listen", "Advertise", "BulkPort", "BulkAdvertise", "GatewayPort", "Health", "Store", "DataDir", "Threads",
        "Dashboard", "Telemetry", "DataMemory", "Tls", "Insecure",
    ];

    private readonly Option<string?> _cluster = CommonOptions.Text(
        "--cluster", "redis://HOST:PORT", $"The Redis server that keeps the cluster's membership [{ClusterVariable}].");

    private readonly Option<string?> _hostMembership = new("--host-membership")
    {
        Description = "Host the list of silos here, not on a Redis server; others join by --cluster redis://THIS-MACHINE:PORT. Without ADDRESS, only "
            + $"this machine can reach it. There is no authentication [{HostVariable}; default PORT: {_defaultHost.Port}].",
        HelpName = "[ADDRESS:]PORT",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = static result => result.Tokens is [{ } token] ? token.Value : $"{_defaultHost.Port}",
    };

    private readonly Option<string?> _clusterId = CommonOptions.Text(
        "--cluster-id", "ID", $"The cluster among those of the server [{ClusterIdVariable}; default: {ClusterAddress.DefaultClusterId}].");

    private readonly Option<string?> _listen = CommonOptions.Text(
        "--listen", "ADDRESS:PORT", "Where it listens for other silos; port 0: a free one [DISTCONV_LISTEN; default: 0.0.0.0:11111].");

    private readonly Option<string?> _advertise = CommonOptions.Text(
        "--advertise", "ADDRESS[:PORT]", "Where others reach it [DISTCONV_ADVERTISE; default: the address from which it reaches Redis].");

    private readonly Option<string?> _bulkPort = CommonOptions.Text(
        "--bulk-port", "[ADDRESS:]PORT",
        "Where it receives gradients from other silos [DISTCONV_BULK_PORT; default: a free port of the address of --listen].");

    private readonly Option<string?> _bulkAdvertise = CommonOptions.Text(
        "--bulk-advertise", "ADDRESS[:PORT]", "Where others reach --bulk-port [DISTCONV_BULK_ADVERTISE; default: the address of --advertise].");

    private readonly Option<string?> _gatewayPort = CommonOptions.Text(
        "--gateway-port", "PORT", "The port for clients [0 to 65535; DISTCONV_GATEWAY_PORT; default: 30000].");

    private readonly Option<string?> _health = CommonOptions.Text(
        "--health", "ADDRESS:PORT", "Where /health/live, /health/ready and /metrics are served, or none [DISTCONV_HEALTH; default: 0.0.0.0:8080].");

    private readonly Option<string?> _store = CommonOptions.Store();

    private readonly Option<string?> _dataDirectory = CommonOptions.DataDirectory();

    private readonly Option<string?> _dataMemory = CommonOptions.DataMemory();

    private readonly Option<string?> _threads = CommonOptions.Text(
        "--threads", "N", $"Threads that compute; bits do not depend on it [1 to {MaxThreads}; DISTCONV_THREADS; default: all cores].");

    private readonly Option<string?> _tls = CommonOptions.Text(
        "--tls", "DIR",
        $"The folder with this silo's certificate, as 'distconv certs silo' makes it: other silos and clients need one, too [{ClusterOptionSet.TlsVariable}].");

    private readonly Option<string?> _insecure = new("--insecure")
    {
        Description = $"Listen beyond this machine without --tls: whoever reaches the ports is believed [{InsecureVariable}].",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = static result => result.Tokens is [{ } token] ? token.Value : "true",
    };

    private readonly DashboardOptionSet _dashboard = new();
    private readonly TelemetryOptionSet _telemetry = new(isServer: true);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            _cluster, _hostMembership, _clusterId, _listen, _advertise, _bulkPort, _bulkAdvertise, _gatewayPort, _health, _store, _dataDirectory,
            _dataMemory, _threads, _tls, _insecure, _dashboard.Option, _telemetry.Option,
        ];
        foreach (Option option in all) command.Add(option);
    }

    /// <summary>Reads them, the environment, and <c>appsettings.json</c>.</summary>
    /// <returns>The silo, and the dashboard if one is wanted.</returns>
    /// <exception cref="InvalidInputException">There is no cluster, or a setting has a value that it does not know.</exception>
    public (ClusterSiloOptions Silo, DashboardChoice? Dashboard) Read(ParseResult parsed, CliContext context)
    {
        ServeSettings settings = ServeSettings.Read(parsed, context, [AppContext.BaseDirectory, Directory.GetCurrentDirectory()], _names);
        NamedSetting? clusterId = settings.Find(_clusterId, ClusterIdVariable, "ClusterId");
        NamedSetting? listen = settings.Find(_listen, "DISTCONV_LISTEN", "Listen");
        NamedSetting? gateway = settings.Find(_gatewayPort, "DISTCONV_GATEWAY_PORT", "GatewayPort");
        NamedSetting? store = settings.Find(_store, CommonOptions.StoreVariable, "Store");
        NamedSetting? threads = settings.Find(_threads, "DISTCONV_THREADS", "Threads");
        NamedSetting? advertise = settings.Find(_advertise, "DISTCONV_ADVERTISE", "Advertise");
        (IPAddress? address, int? port) = Advertised(advertise);
        (IPAddress? bulkAddress, int bulkPort) = Bulk(settings.Find(_bulkPort, "DISTCONV_BULK_PORT", "BulkPort"));
        (IPAddress? reachedBulkAddress, int? reachedBulkPort) = Advertised(settings.Find(_bulkAdvertise, "DISTCONV_BULK_ADVERTISE", "BulkAdvertise"));
        (ClusterAddress cluster, IPEndPoint? host) = Cluster(settings, canBeReached: advertise is not null);
        ClusterSiloOptions defaults = new(cluster, store?.Value ?? StoreOptions.DefaultFolder, threads is null ? Environment.ProcessorCount : Threads(threads));
        NamedSetting? dashboard = settings.Find(_dashboard.Option, "DISTCONV_DASHBOARD", "Dashboard");
        IPEndPoint? health = Health(settings.Find(_health, "DISTCONV_HEALTH", "Health"));
        TelemetryOptions? telemetry = Telemetry(settings.Find(_telemetry.Option, TelemetryOptionSet.Variable, "Telemetry"), health);
        ClusterSiloOptions silo = defaults with
        {
            ClusterId = clusterId is null ? defaults.ClusterId : ClusterAddress.ParseClusterId(clusterId.Value, clusterId.Source),
            HostMembership = host,
            Listen = listen is null ? defaults.Listen : EndPointText.Listen(listen),
            AdvertisedAddress = address,
            AdvertisedPort = port,
            BulkAddress = bulkAddress,
            BulkPort = bulkPort,
            AdvertisedBulkAddress = reachedBulkAddress,
            AdvertisedBulkPort = reachedBulkPort,
            GatewayPort = gateway is null ? defaults.GatewayPort : EndPointText.Port(gateway),
            Health = health,
            Telemetry = telemetry,
            DataDirectory = settings.Find(_dataDirectory, CommonOptions.DataVariable, "DataDir")?.Value,
            DataMemoryBytes = settings.Find(_dataMemory, CommonOptions.DataMemoryVariable, "DataMemory") is { } memory ? SizeText.DataMemory(memory) : null,
            CertificateDirectory = settings.Find(_tls, ClusterOptionSet.TlsVariable, "Tls")?.Value,
            Warn = context.Output.Warn,
            Say = context.Output.Say,
        };
        ServeSecurity.EnsureMeant(silo, settings.Find(_insecure, InsecureVariable, "Insecure"));
        return (silo, dashboard is null ? null : DashboardOptionSet.Read(dashboard, context));
    }

    /// <summary>The cluster's address, and where this silo hosts the list of silos, if it does.</summary>
    private (ClusterAddress Cluster, IPEndPoint? Host) Cluster(ServeSettings settings, bool canBeReached)
    {
        NamedSetting? cluster = settings.Find(_cluster, ClusterVariable, "Cluster");
        NamedSetting? host = settings.Find(_hostMembership, HostVariable, "HostMembership");
        if (cluster is not null && host is not null)
            throw new InvalidInputException(
                $"{host.Source} and {cluster.Source} exclude each other: a silo that hosts the list of silos joins that list; leave one of the two out");
        if (host is not null)
        {
            IPEndPoint listen = IsPort(host) ? new IPEndPoint(_defaultHost.Address, EndPointText.Port(host)) : EndPointText.Listen(host);
            return EndPointText.IsAll(listen.Address) && !canBeReached
                ? throw new InvalidInputException(
                    $"{host.Source} is '{host.Value}': the others need one address of this machine; give it, as in 10.0.0.1:{listen.Port}, or add --advertise")
                : (MembershipServer.AddressOf(listen), listen);
        }

        return cluster is not null
            ? (ClusterAddress.Parse(cluster.Value, cluster.Source), null)
            : throw new InvalidInputException(
                $"no cluster: give --cluster redis://HOST:PORT (or {ClusterVariable}), the address of its Redis server, or --host-membership");
    }

    private static (IPAddress? Address, int? Port) Advertised(NamedSetting? setting) => setting is null ? (null, null) : EndPointText.Advertised(setting);

    private static (IPAddress? Address, int Port) Bulk(NamedSetting? setting)
    {
        if (setting is null) return (null, 0);
        if (IsPort(setting)) return (null, EndPointText.Port(setting));
        IPEndPoint listen = EndPointText.Listen(setting);
        return (listen.Address, listen.Port);
    }

    private static bool IsPort(NamedSetting setting) => setting.Value.All(char.IsAsciiDigit);

    private TelemetryOptions? Telemetry(NamedSetting? setting, IPEndPoint? health)
    {
        if (setting is null) return null;
        TelemetryOptions options = _telemetry.Read(setting);
        return options.Prometheus && health is null
            ? throw new InvalidInputException(
                $"{setting.Source} is '{setting.Value}', but Prometheus gets its metrics at the health port: give --health an address and a port "
                    + "instead of none")
            : options;
    }

    private static IPEndPoint? Health(NamedSetting? setting) => setting switch
    {
        null => new IPEndPoint(IPAddress.Any, 8080),
        { Value: "none" } => null,
        _ => EndPointText.Listen(setting),
    };

    private static int Threads(NamedSetting setting) =>
        int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads is > 0 and <= MaxThreads
            ? threads
            : throw new InvalidInputException($"{setting.Source} is '{setting.Value}'; give a whole number from 1 to {MaxThreads}");
}
