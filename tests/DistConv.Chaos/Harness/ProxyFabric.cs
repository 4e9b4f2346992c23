using System.Net;
using System.Net.Sockets;
using DistConv.Tests.Shared;

namespace DistConv.Chaos.Harness;

/// <summary>
/// TCP proxies of this process in front of each silo and its bulk lane, whose ports the silo advertises: what needs no privileges. A proxy does not know who
/// connects, so a cut is one of everything that reaches a silo from other silos; its way to Redis stays open.
/// </summary>
internal sealed class ProxyFabric : Fabric
{
    private readonly Dictionary<int, SiloProxy[]> _proxies = [];

    /// <inheritdoc/>
    public override string Description => "TCP proxies in front of each silo";

    /// <inheritdoc/>
    public override bool CanCut => true;

    /// <inheritdoc/>
    public override bool CanDelay => true;

    /// <inheritdoc/>
    public override Task<SiloPlace> PlaceAsync(int number)
    {
        int port = FreePort.Next(), bulkPort = FreePort.Next();
        SiloProxy proxy = new(port), bulkProxy = new(bulkPort);
        _proxies[number] = [proxy, bulkProxy];
        return Task.FromResult(new SiloPlace(number, $"127.0.0.1:{port}", $"127.0.0.1:{proxy.Port}", FreePort.Next(), [])
        {
            BulkOptions = ["--bulk-port", $"{bulkPort}", "--bulk-advertise", $"127.0.0.1:{bulkProxy.Port}"],
        });
    }

    /// <inheritdoc/>
    public override Task CutAsync(int first, int second) => IsolateAsync(first);

    /// <inheritdoc/>
    public override Task IsolateAsync(int silo)
    {
        foreach (SiloProxy proxy in _proxies[silo]) proxy.Stall();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task DelayAsync(int silo, TimeSpan delay)
    {
        foreach (SiloProxy proxy in _proxies[silo]) proxy.Delay = delay;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task HealAsync()
    {
        foreach (SiloProxy proxy in _proxies.Values.SelectMany(static proxies => proxies))
        {
            proxy.Flow();
            proxy.Delay = TimeSpan.Zero;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        foreach (SiloProxy proxy in _proxies.Values.SelectMany(static proxies => proxies)) await proxy.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Passes on what comes, late or not at all.</summary>
    private sealed class SiloProxy : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, FreePort.Next());
        private readonly int _target;
        private readonly CancellationTokenSource _end = new();
        private readonly Task _accepting;
        private volatile TaskCompletionSource _flows = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _delayTicks;

        public SiloProxy(int target)
        {
            _target = target;
            _flows.SetResult();
            _listener.Start();
            _accepting = Task.Run(AcceptAsync);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public TimeSpan Delay
        {
            get => new(Interlocked.Read(ref _delayTicks));
            set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
        }

        public void Stall() => _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Flow() => _flows.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            _listener.Stop();
            await _accepting;
            _end.Dispose();
        }

        private async Task AcceptAsync()
        {
            List<Task> connections = [];
            try
            {
                while (true)
                {
                    TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                    connections.RemoveAll(connection => connection.IsCompleted);
                    connections.Add(PassAsync(client));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(connections);
            }
        }

        private async Task PassAsync(TcpClient client)
        {
            using (client)
            using (TcpClient silo = new() { NoDelay = true })
            {
                client.NoDelay = true;
                try
                {
                    await _flows.Task.WaitAsync(_end.Token);
                    await silo.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                    Task there = PumpAsync(client.GetStream(), silo.GetStream());
                    Task back = PumpAsync(silo.GetStream(), client.GetStream());
                    await await Task.WhenAny(there, back);
                }
                catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
                {
                    // One end is gone: so is the other.
                }
            }
        }

        private async Task PumpAsync(NetworkStream from, NetworkStream to)
        {
            byte[] chunk = new byte[64 << 10];
            while (await from.ReadAsync(chunk, _end.Token) is var length and > 0)
            {
                await _flows.Task.WaitAsync(_end.Token);
                if (Delay > TimeSpan.Zero) await Task.Delay(Delay, _end.Token);
                await to.WriteAsync(chunk.AsMemory(0, length), _end.Token);
            }
        }
    }
}
