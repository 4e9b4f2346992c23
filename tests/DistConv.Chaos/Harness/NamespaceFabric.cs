using System.Globalization;
using System.Net;
using DistConv.Tests.Shared;

namespace DistConv.Chaos.Harness;

/// <summary>
/// Each silo in a network namespace of its own, all on one bridge (in a namespace of its own, too, so that the machine's firewall has no say), Redis and
/// clients outside. Needs root, <c>ip</c> and, for cuts, <c>iptables</c>, or for shaped links <c>tc</c>. Cuts drop packets: no connection is closed, as when a
/// cable is pulled.
/// </summary>
internal sealed class NamespaceFabric : Fabric
{
    private const string Device = "eth0";
    private const string Prefix = "dcx";
    private const int SiloPort = 11_111, BulkPort = 11_112;

    private readonly string _name = $"{Prefix}{Environment.ProcessId}";
    private readonly string _subnet = $"10.213.{Environment.ProcessId % 250}";
    private readonly List<int> _silos = [];
    private readonly List<int> _isolated = [];
    private readonly List<int> _shaped = [];

    private readonly Dictionary<int, DelayLine[]> _lines = [];

    private NamespaceFabric(bool canDelay, bool isShaped) => (CanDelay, CanShape) = (canDelay, isShaped);

    /// <inheritdoc/>
    public override string Description => $"a network namespace for each silo, on {_subnet}.0/24";

    /// <inheritdoc/>
    public override bool CanCut => !CanShape;

    /// <inheritdoc/>
    public override bool CanDelay { get; }

    /// <inheritdoc/>
    public override bool CanShape { get; }

    /// <inheritdoc/>
    public override string RedisAddress => $"{_subnet}.1";

    private string Hub => $"{_name}-hub";

    private string Outside => $"{_name}-r";

    /// <summary>Builds the bridge.</summary>
    /// <param name="isShaped">Whether links are to get rates and delays; silos then reach each other through <see cref="DelayLine"/>s.</param>
    /// <returns>Null where that is not allowed, or tools are missing.</returns>
    public static async Task<NamespaceFabric?> TryCreateAsync(bool isShaped = false)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !Tool.Exists("ip") || !Tool.Exists(isShaped ? "tc" : "iptables")) return null;
        await SweepAsync();
        string probe = $"{Prefix}{Environment.ProcessId}-probe";
        if ((await Tool.TryAsync("ip", "netns", "add", probe)).ExitCode != 0) return null;
        bool delays = (await Tool.TryAsync("ip", "netns", "exec", probe, "tc", "qdisc", "replace", "dev", "lo", "root", "netem", "delay", "1ms")).ExitCode == 0;
        isShaped &= (await Tool.TryAsync("ip", ["netns", "exec", probe, .. Bucket("lo", 1)])).ExitCode == 0;
        await Tool.RunAsync("ip", "netns", "del", probe);
        NamespaceFabric fabric = new(delays, isShaped);
        try
        {
            await fabric.BuildAsync();
            return fabric;
        }
        catch (InvalidOperationException)
        {
            await fabric.DisposeAsync();
            return null;
        }
    }

    /// <inheritdoc/>
    public override async Task<SiloPlace> PlaceAsync(int number)
    {
        string space = Space(number);
        await Tool.RunAsync("ip", "netns", "add", space);
        _silos.Add(number);
        await Tool.RunAsync("ip", "-n", Hub, "link", "add", Port(number), "type", "veth", "peer", "name", Device, "netns", space);
        await Tool.RunAsync("ip", "-n", Hub, "link", "set", Port(number), "master", "br0", "up");
        await Tool.RunAsync("ip", "-n", space, "addr", "add", $"{Address(number)}/24", "dev", Device);
        await Tool.RunAsync("ip", "-n", space, "link", "set", Device, "up");
        await Tool.RunAsync("ip", "-n", space, "link", "set", "lo", "up");
        string address = $"{Address(number)}:{SiloPort}";
        SiloPlace place = new(number, address, address, 30_000, ["ip", "netns", "exec", space]);
        return CanShape ? Behind(place) : place;
    }

    /// <inheritdoc/>
    public override async Task CutAsync(int first, int second)
    {
        await Tool.RunAsync("ip", "netns", "exec", Space(first), "iptables", "-A", "INPUT", "-s", Address(second), "-j", "DROP");
        await Tool.RunAsync("ip", "netns", "exec", Space(first), "iptables", "-A", "OUTPUT", "-d", Address(second), "-j", "DROP");
    }

    /// <inheritdoc/>
    public override async Task IsolateAsync(int silo)
    {
        _isolated.Add(silo);
        await Tool.RunAsync("ip", "-n", Hub, "link", "set", Port(silo), "down");
    }

    /// <inheritdoc/>
    public override async Task DelayAsync(int silo, TimeSpan delay)
    {
        _shaped.Add(silo);
        await Tool.RunAsync(
            "ip", "netns", "exec", Space(silo), "tc", "qdisc", "add", "dev", Device, "root", "netem", "delay", Milliseconds(delay), Milliseconds(delay / 4));
    }

    /// <summary>A token bucket at each end of the link: what the silo sends, and what the bridge sends to it.</summary>
    /// <inheritdoc/>
    public override async Task ShapeAsync(int silo, Link link)
    {
        foreach (DelayLine line in _lines[silo]) line.Delay = TimeSpan.FromMilliseconds(link.Milliseconds);
        await Tool.RunAsync("ip", ["netns", "exec", Space(silo), .. Bucket(Device, link.Megabits)]);
        await Tool.RunAsync("ip", ["netns", "exec", Hub, .. Bucket(Port(silo), link.Megabits)]);
    }

    /// <inheritdoc/>
    public override async Task HealAsync()
    {
        foreach (int silo in _isolated) await Tool.RunAsync("ip", "-n", Hub, "link", "set", Port(silo), "up");
        foreach (int silo in _shaped) await Tool.RunAsync("ip", "netns", "exec", Space(silo), "tc", "qdisc", "del", "dev", Device, "root");
        foreach (int silo in _silos.Where(_ => CanCut)) await Tool.RunAsync("ip", "netns", "exec", Space(silo), "iptables", "-F");
        _isolated.Clear();
        _shaped.Clear();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        foreach (DelayLine line in _lines.Values.SelectMany(lines => lines)) line.Dispose();
        foreach (int silo in _silos) await Tool.TryAsync("ip", "netns", "del", Space(silo));
        await Tool.TryAsync("ip", "link", "del", Outside);
        await Tool.TryAsync("ip", "netns", "del", Hub);
        await base.DisposeAsync();
    }

    /// <summary>Puts lines before a silo, its bulk lane and its gateway, which is advertised at the same port.</summary>
    private SiloPlace Behind(SiloPlace place)
    {
        IPAddress silo = IPAddress.Parse(Address(place.Number));
        int gateway = FreePort.Next();
        DelayLine[] lines =
        [
            new(RedisAddress, 0, new IPEndPoint(silo, SiloPort)), new(RedisAddress, 0, new IPEndPoint(silo, BulkPort)),
            new(RedisAddress, gateway, new IPEndPoint(silo, gateway)),
        ];
        _lines[place.Number] = lines;
        return place with
        {
            Advertise = $"{lines[0].EndPoint}",
            GatewayPort = gateway,
            BulkOptions = ["--bulk-port", $"{BulkPort}", "--bulk-advertise", $"{lines[1].EndPoint}"],
        };
    }

    /// <summary>Removes what processes left behind that were killed.</summary>
    private static async Task SweepAsync()
    {
        foreach (string line in (await Tool.TryAsync("ip", "netns", "list")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string space = line.Split(' ')[0];
            if (!space.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            string owner = space[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}")) await Tool.TryAsync("ip", "netns", "del", space);
        }
    }

    /// <summary>A command that gives a device a rate; what waits for longer than a switch would keep it is dropped.</summary>
    private static string[] Bucket(string device, double megabits) =>
    [
        "tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", string.Create(CultureInfo.InvariantCulture, $"{megabits * 1e6:F0}bit"),
        "burst", "128kb", "latency", "30ms",
    ];

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0}ms");

    private async Task BuildAsync()
    {
        await Tool.RunAsync("ip", "netns", "add", Hub);
        await Tool.RunAsync("ip", "-n", Hub, "link", "add", "br0", "type", "bridge");
        await Tool.RunAsync("ip", "-n", Hub, "link", "set", "br0", "up");
        await Tool.RunAsync("ip", "link", "add", Outside, "type", "veth", "peer", "name", "outside", "netns", Hub);
        await Tool.RunAsync("ip", "-n", Hub, "link", "set", "outside", "master", "br0", "up");
        await Tool.RunAsync("ip", "addr", "add", $"{RedisAddress}/24", "dev", Outside);
        await Tool.RunAsync("ip", "link", "set", Outside, "up");
    }

    private string Space(int silo) => $"{_name}-{silo}";

    private string Address(int silo) => $"{_subnet}.{10 + silo}";

    private static string Port(int silo) => $"p{silo}";
}
