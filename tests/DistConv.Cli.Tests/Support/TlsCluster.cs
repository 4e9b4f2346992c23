using System.Net;
using System.Text.RegularExpressions;
using DistConv.Client.Security;
using DistConv.Grains.Contracts;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>A list of silos and two <c>distconv serve</c> processes whose connections have TLS, with a tiny data set.</summary>
public sealed partial class TlsCluster : IAsyncLifetime
{
    /// <summary>The cluster.</summary>
    internal const string Id = "sealed";

    private readonly TemporaryFolder _folder = new();
    private readonly List<ServedSilo> _silos = [];
    private ListServer? _list;

    /// <summary>Where clients run.</summary>
    internal TemporaryFolder Folder => _folder;

    /// <summary>What <c>--cluster</c> takes.</summary>
    internal string Address => _list!.Url;

    /// <summary>The folder of the authorities.</summary>
    internal string Authority => _folder["authority"];

    /// <summary>Where the first silo listens for silos, and for clients.</summary>
    internal (IPEndPoint Silo, IPEndPoint Gateway) Ports { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows()) return;
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
        CertificateAuthority.Create(Authority, 1000, new Shifted(TimeSpan.FromDays(-200)));
        CertificateAuthority.IssueSilo(Authority, _folder["silo"], Id, 90, TimeProvider.System);
        CertificateAuthority.IssueClient(Authority, _folder["ada"], "ada", ClientRole.Submit, Id, 90, TimeProvider.System);
        CertificateAuthority.IssueClient(Authority, _folder["wall"], "wall", ClientRole.View, Id, 90, TimeProvider.System);
        _list = await ListServer.StartAsync(_folder["list"], Token);
        string[] ready = await Task.WhenAll(ServeAsync(), ServeAsync());
        Match ports = Ready().Match(ready[0]);
        Ports = (IPEndPoint.Parse(ports.Groups[1].Value), new IPEndPoint(IPAddress.Loopback, int.Parse(ports.Groups[2].Value, null)));
    }

    /// <summary>Waits for a line of the first silo.</summary>
    internal Task<string> LineAsync(string fragment) => _silos[0].LineAsync(fragment);

    /// <summary>What all silos have said.</summary>
    internal IEnumerable<string> AllLines => _silos.SelectMany(silo => silo.Lines);

    /// <summary>What the first silo has said.</summary>
    internal IReadOnlyList<string> Lines => _silos[0].Lines;

    /// <summary>Starts <c>distconv</c> with the cluster in its environment.</summary>
    internal DistConvProcess Start(string? certificates, string[] args, Func<string, Task>? onErrorLine = null)
    {
        Dictionary<string, string> environment = new() { ["DISTCONV_CLUSTER"] = Address, ["DISTCONV_CLUSTER_ID"] = Id };
        if (certificates is not null) environment["DISTCONV_TLS"] = certificates;
        return DistConvProcess.Start(_folder.FullPath, environment, args, onErrorLine);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ServedSilo silo in _silos) silo.Dispose();
        if (_list is not null) await _list.DisposeAsync();
        _folder.Dispose();
    }

    private Task<string> ServeAsync()
    {
        ServedSilo silo = new(
            _folder.FullPath, null, "--cluster", Address, "--cluster-id", Id, "--store", _folder["silos"], "--data-dir", _folder["data"],
            "--tls", _folder["silo"]);
        lock (_silos) _silos.Add(silo);
        return silo.ReadyAsync();
    }

    /// <summary>Another time.</summary>
    internal sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    [GeneratedRegex(@"^silo (\S+) is ready: .* gateway port (\d+)")]
    private static partial Regex Ready();
}
