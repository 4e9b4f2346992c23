using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Client.Clusters;
using DistConv.Client.Security;
using DistConv.Core;
using DistConv.Grains.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Services;
using StackExchange.Redis;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>A cluster of real processes whose connections have TLS, and what strangers try.</summary>
public sealed class TlsClusterTests(TlsCluster cluster) : IClassFixture<TlsCluster>
{
    private static readonly string[] _job = [.. ServedCluster.Tiny, "--steps", "300", "--seed", "5"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What each attempt shows, where, and what the silo's line about it must say.</summary>
    private sealed record Attempt(string What, IPEndPoint Port, X509Certificate2? Shown, string Reason, bool SpeaksTls = true);

    [Fact]
    public async Task Train_whileStrangersTry_hasTheDigestOfALocalRunAndEachIsRefusedInALine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        Task<string> expected = DigestAsync(DistConvProcess.Start(cluster.Folder.FullPath, null, ["train", "--local", "--json", "--quiet", .. _job]));
        Task<string> trained = DigestAsync(cluster.Start(cluster.Folder["ada"], ["train", "--json", "--quiet", .. _job]));
        Socket[] silent = [.. Enumerable.Range(0, 100).Select(i => Silent(i % 2 == 0 ? cluster.Ports.Silo : cluster.Ports.Gateway))];
        foreach (Attempt attempt in Attempts())
        {
            await TryAsync(attempt);
            string where = attempt.Port.Equals(cluster.Ports.Silo) ? "the silo port" : "the gateway";
            await cluster.LineAsync($"at {where}: {attempt.Reason}");
        }

        Assert.Equal(await expected, await trained);
        foreach (Socket socket in silent) socket.Dispose();
        Assert.DoesNotContain(cluster.Lines, line => line.Contains("the bulk lane", StringComparison.Ordinal)); // Sealed frames went by it.
    }

    [Fact]
    public async Task Client_withoutTls_isToldWhatToDo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        using DistConvProcess process = cluster.Start(certificates: null, ["jobs", "list"]);
        ProcessResult result = await process.WaitAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("or show a certificate if its connections have TLS", result.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_withTheRoleView_looksAndChangesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        using DistConvProcess submit = cluster.Start(cluster.Folder["ada"], ["train", "--quiet", "--job", "seen", .. ServedCluster.Tiny, "--steps", "5"]);
        Assert.Equal(0, (await submit.WaitAsync()).ExitCode);
        Assert.Contains("Audit: ada (submit) called Submit for job seen", string.Join('\n', cluster.AllLines), StringComparison.Ordinal);
        using DistConvProcess look = cluster.Start(cluster.Folder["wall"], ["jobs", "show", "seen"]);
        Assert.Equal(0, (await look.WaitAsync()).ExitCode);
        using DistConvProcess change = cluster.Start(cluster.Folder["wall"], ["jobs", "label", "seen", "--tag", "mine"]);
        ProcessResult refused = await change.WaitAsync();
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("wall has the role view, and Label needs submit", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>Every method of every interface of silos: what is new is closed until somebody opens it.</summary>
    [Fact]
    public async Task Client_callsWhatSilosCall_isRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        ClusterConnectionOptions options = new(ClusterAddress.Parse(cluster.Address), TlsCluster.Id)
        {
            Tls = TlsFolder.OpenClient(cluster.Folder["ada"], TlsCluster.Id, _ => { }, TimeProvider.System),
        };
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(client => ClusterConnection.Configure(client, options));
        using IHost host = builder.Build();
        await host.StartAsync(Token);
        IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>();
        Type[] interfaces = [.. typeof(IJobsGrain).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];
        Assert.True(interfaces.Length >= 5, string.Join(", ", interfaces.Select(type => type.Name)));
        SiloAddress silo = SiloAddress.New(cluster.Ports.Silo, await GenerationAsync());
        foreach (Type type in interfaces.Where(type => type != typeof(IJobsGrain)).Append(typeof(IManagementGrain)))
        {
            IAddressable grain = Reference(grains, type, silo);
            foreach (MethodInfo method in type.GetMethods()
                .Where(method => !method.ContainsGenericParameters && typeof(Task).IsAssignableFrom(method.ReturnType)))
            {
                object?[] nothing = [.. method.GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)];
                Exception e = await Assert.ThrowsAnyAsync<Exception>(() => (Task)method.Invoke(grain, nothing)!);
                Assert.True(
                    e is InvalidInputException && e.Message.EndsWith("is not for clients; they call IJobsGrain", StringComparison.Ordinal),
                    $"{type.Name}.{method.Name}: {e}");
            }
        }

        ClusterMessage open = await grains.GetGrain<IJobsGrain>(0).GetCluster();
        Assert.Equal(2, open.Silos.Length);
        await host.StopAsync(Token);
    }

    /// <summary>A silo's generation, from the list of silos: whoever reaches that can read it.</summary>
    private async Task<int> GenerationAsync()
    {
        ClusterAddress list = ClusterAddress.Parse(cluster.Address);
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync($"{list.Host}:{list.Port}");
        string silo = $":{cluster.Ports.Silo.Port}:";
        HashEntry[] rows = await redis.GetDatabase().HashGetAllAsync($"distconv/members/{TlsCluster.Id}");
        string row = rows.Select(entry => $"{entry.Name}").Single(name => name.Contains(silo, StringComparison.Ordinal));
        return int.Parse(row[(row.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }

    private IEnumerable<Attempt> Attempts()
    {
        (IPEndPoint silo, IPEndPoint gateway) = cluster.Ports;
        string folder = cluster.Folder["others"], foreign = Path.Combine(folder, "authority");
        CertificateAuthority.Create(foreign, 1000, TimeProvider.System);
        X509Certificate2 ada = Client("ada", cluster.Authority, TlsCluster.Id, TimeProvider.System);
        X509Certificate2 ownSilo = Shown(cluster.Folder["silo"], CertificateFiles.Silo);
        yield return new Attempt("no TLS", gateway, null, "no TLS handshake came about", SpeaksTls: false);
        yield return new Attempt("no TLS", silo, null, "no TLS handshake came about", SpeaksTls: false);
        yield return new Attempt("no certificate", gateway, null, "it shows no certificate");
        yield return new Attempt("no certificate", silo, null, "it shows no certificate");
        yield return new Attempt(
            "foreign client", gateway, Client("eve", foreign, TlsCluster.Id, TimeProvider.System), "its certificate 'eve' is not signed by the authority");
        yield return new Attempt(
            "foreign silo", silo, Silo("foreign", foreign, TlsCluster.Id), $"its certificate 'silo of {TlsCluster.Id}' is not signed by the authority");
        yield return new Attempt(
            "expired client", gateway, Client("old", cluster.Authority, TlsCluster.Id, new TlsCluster.Shifted(TimeSpan.FromDays(-91))),
            "its certificate 'old' expired on");
        yield return new Attempt(
            "client of another cluster", gateway, Client("bob", cluster.Authority, "other", TimeProvider.System),
            $"its certificate 'bob' has no role in cluster '{TlsCluster.Id}'");
        yield return new Attempt(
            "silo of another cluster", silo, Silo("other", cluster.Authority, "other"),
            $"its certificate 'silo of other' is not a silo's of cluster '{TlsCluster.Id}'");
        yield return new Attempt("client as silo", silo, ada, "its certificate 'ada' is not signed by the authority");
        yield return new Attempt("silo as client", gateway, ownSilo, $"its certificate 'silo of {TlsCluster.Id}' is not signed by the authority");

        X509Certificate2 Client(string name, string authority, string clusterId, TimeProvider time)
        {
            CertificateAuthority.IssueClient(authority, Path.Combine(folder, name), name, ClientRole.Administer, clusterId, 90, time);
            return Shown(Path.Combine(folder, name), CertificateFiles.Client);
        }

        X509Certificate2 Silo(string name, string authority, string clusterId)
        {
            CertificateAuthority.IssueSilo(authority, Path.Combine(folder, name), clusterId, 90, TimeProvider.System);
            return Shown(Path.Combine(folder, name), CertificateFiles.Silo);
        }

        static X509Certificate2 Shown(string folder, string file) => CertificateFiles.Read(folder, file, hasKey: true);
    }

    private static async Task TryAsync(Attempt attempt)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync(attempt.Port, Token);
        await using Stream stream = attempt.SpeaksTls ? new SslStream(tcp.GetStream()) : tcp.GetStream();
        try
        {
            if (stream is SslStream tls)
            {
#pragma warning disable CA5359 // A stranger does not care whom it attacks.
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = "silo",
                        ClientCertificateContext = attempt.Shown is null ? null : SslStreamCertificateContext.Create(attempt.Shown, null, offline: true),
                        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                    },
                    Token);
#pragma warning restore CA5359
            }
            else await stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Token);
            Assert.True(await stream.ReadAsync(new byte[1], Token) == 0, $"{attempt.What} got an answer");
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // Closed without ceremony.
        }
    }

    private static Socket Silent(IPEndPoint port)
    {
        Socket socket = new(port.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(port);
        return socket;
    }

    private static async Task<string> DigestAsync(DistConvProcess process)
    {
        using DistConvProcess running = process;
        ProcessResult result = await running.WaitAsync();
        Assert.True(result.ExitCode == 0, result.ToString());
        return JsonDocument.Parse(result.OutputLines[^1]).RootElement.GetProperty("weightsDigest").GetString()!;
    }

    /// <summary>A reference to a grain, or to the service of a silo.</summary>
    private static IAddressable Reference(IGrainFactory grains, Type type, SiloAddress silo)
    {
        if (typeof(IGrainWithIntegerKey).IsAssignableFrom(type)) return grains.GetGrain(type, 0L);
        if (!typeof(IGrainService).IsAssignableFrom(type)) return grains.GetGrain(type, "job/0");
        Type utilities = typeof(IGrainFactory).Assembly.GetReferencedAssemblies().Select(Assembly.Load).Append(Assembly.Load("Orleans.Core"))
            .Select(assembly => assembly.GetType("Orleans.CodeGeneration.GrainInterfaceUtils")).First(found => found is not null)!;
        int code = (int)utilities.GetMethod("GetGrainClassTypeCode", BindingFlags.Static | BindingFlags.Public)!.Invoke(null, [type])!;
        GrainId id = SystemTargetGrainId.CreateGrainServiceGrainId(code, null!, silo);
        MethodInfo get = typeof(IGrainFactory).GetMethods().First(method => method is { Name: "GetGrain", IsGenericMethod: true }
            && method.GetParameters() is [{ } only] && only.ParameterType == typeof(GrainId));
        return (IAddressable)get.MakeGenericMethod(type).Invoke(grains, [id])!;
    }
}
