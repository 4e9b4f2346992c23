using System.Net;
using System.Net.Sockets;
using DistConv.Core;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>
/// Takes the connections of other silos: one thread accepts, and each connection has a thread that checks its hello and then reads its frames. Nothing listens
/// before <see cref="Start"/>. A connection needs a token that this silo has given for it. Safe for several threads.
/// </summary>
/// <param name="settings">Where it listens, and its limits.</param>
internal sealed class LaneListener(LaneSettings settings) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    // After an error of the system, such as too many open files, which passes.
    private static readonly TimeSpan _acceptPause = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly LaneAdmissions _admissions = new();
    private readonly List<LaneConnection> _handshakes = []; // The oldest first.
    private readonly List<LaneConnection> _admitted = [];
    private Socket? _socket;
    private Thread? _acceptor;
    private IPEndPoint? _endPoint;
    private bool _isClosed;

    /// <summary>Whether frames have to be sealed.</summary>
    public bool SealsFrames => settings.SealsFrames;

    /// <summary>A port that was chosen is taken when the silo starts, so that a mistake is told then; others when the first job needs one.</summary>
    /// <param name="lifecycle">The silo's.</param>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(LaneListener), ServiceLifecycleStage.RuntimeInitialize, _ =>
    {
        if (settings.Listen.Port != 0) Start();
        return Task.CompletedTask;
    });

    /// <summary>Listens, unless it does already.</summary>
    /// <returns>Where other silos reach it.</returns>
    /// <exception cref="InvalidInputException">The port is taken, or this machine does not have the address.</exception>
    public IPEndPoint Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_endPoint is not null) return _endPoint;
            _socket = Listen();
            _acceptor = new Thread(Accept) { IsBackground = true, Name = "DistConv lane listener" };
            _acceptor.Start(_socket);
            return _endPoint = new IPEndPoint(settings.AdvertisedAddress, settings.AdvertisedPort ?? ((IPEndPoint)_socket.LocalEndPoint!).Port);
        }
    }

    /// <summary>Admits the next connection of a silo for a job. Its earlier token for the job does not count any more, and a connection that it has for the job
    /// is closed when the new one is there.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="fence">The coordinator's fence.</param>
    /// <param name="from">The silo that may connect; its generation counts.</param>
    /// <param name="sink">Where its frames go.</param>
    /// <param name="key">What its frames are sealed with; null: they are not.</param>
    /// <returns>A token of 128 random bits, for one connection.</returns>
    public Guid Admit(string job, long fence, SiloAddress from, IFrameSink sink, byte[]? key = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return _admissions.Add(new LaneAdmission(job, fence, from, sink, key));
        }
    }

    /// <summary>
    /// Closes a job's connections and forgets its tokens. When it returns, no thread writes into a body of theirs or calls their sinks, so their memory can be
    /// freed. The sinks are not told. It waits for a call of a sink that runs, and must not be called from one.
    /// </summary>
    /// <param name="job">The job's id.</param>
    /// <param name="fence">The highest fence to close.</param>
    public void Close(string job, long fence)
    {
        LaneConnection[] closing;
        lock (_gate)
        {
            _admissions.Remove(admission => admission.IsClosedBy(job, fence));
            closing = [.. _admitted.Where(connection => connection.Admission!.IsClosedBy(job, fence))];
        }

        End(closing);
    }

    /// <summary>Stops listening and closes all connections, as <see cref="Close"/> does.</summary>
    public void Dispose()
    {
        LaneConnection[] closing;
        lock (_gate)
        {
            _isClosed = true;
            _admissions.Remove(static _ => true);
            closing = [.. _handshakes, .. _admitted];
            Monitor.PulseAll(_gate);
        }

        _socket?.Dispose();
        _acceptor?.Join();
        End(closing);
    }

    private static void End(LaneConnection[] connections, string reason = "")
    {
        foreach (LaneConnection connection in connections) connection.Close(reason);
        foreach (LaneConnection connection in connections) connection.Join();
    }

    private Socket Listen()
    {
        Socket socket = LaneSocket.Create(settings.Listen.AddressFamily);
        try
        {
            if (settings.Listen.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(settings.Listen);
            socket.Listen();
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new InvalidInputException($"gradients cannot be received on {settings.Listen} ({e.Message}): set another bulk address or bulk port", e);
        }
    }

    private void Accept(object? listening)
    {
        while (true)
        {
            try
            {
                Begin(((Socket)listening!).Accept());
            }
            catch (Exception e) when (LaneSocket.IsBroken(e))
            {
                lock (_gate)
                {
                    if (!_isClosed) Monitor.Wait(_gate, _acceptPause);
                    if (_isClosed) return;
                }
            }
        }
    }

    /// <summary>Begins a handshake. There are so many at most: for one more, the oldest ends, since a silo says its hello at once.</summary>
    private void Begin(Socket socket)
    {
        LaneConnection connection = new(socket, Serve);
        lock (_gate)
        {
            while (!_isClosed && _handshakes.Count >= settings.MaxHandshakes)
            {
                _handshakes[0].Close();
                Monitor.Wait(_gate);
            }

            if (!_isClosed)
            {
                _handshakes.Add(connection);
                connection.Start();
                return;
            }
        }

        connection.Close();
    }

    /// <summary>The life of a connection, on its thread.</summary>
    private void Serve(LaneConnection connection)
    {
        using IDisposable? clock = Telemetry.ExchangeThreads.Enter();
        try
        {
            if (Greet(connection)) connection.ReceiveFrames(connection.Admission!);
        }
        catch (Exception e) when (LaneSocket.IsBroken(e))
        {
            // It left, or took too long, before it was answered.
        }
        finally
        {
            connection.Close();
            lock (_gate)
            {
                _handshakes.Remove(connection);
                _admitted.Remove(connection);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private bool Greet(LaneConnection connection)
    {
        using HandshakeLimit limit = new(connection.Socket, settings.HandshakeLimit, settings.Time);
        LaneSocket.Configure(connection.Socket);
        if (LaneHello.Receive(connection.Socket, out LaneAnswer answer) is { } hello) answer = Enter(connection, hello);
        Span<byte> wire = stackalloc byte[LaneReply.WireBytes];
        new LaneReply(answer).Write(wire);
        LaneSocket.SendAll(connection.Socket, wire);
        return answer == LaneAnswer.Accepted;
    }

    /// <summary>Admits a connection if its hello is right. An older one of the same silo and job has ended then: both would write the same bodies.</summary>
    private LaneAnswer Enter(LaneConnection connection, in LaneHello hello)
    {
        LaneConnection[] older;
        lock (_gate)
        {
            if (_admissions.Redeem(hello, out LaneAnswer answer) is not { } admission) return answer;
            older = [.. _admitted.Where(other => other.Admission!.IsReplacedBy(admission))];
            connection.Admission = admission;
            _handshakes.Remove(connection);
            _admitted.Add(connection);
            Monitor.PulseAll(_gate);
        }

        End(older, "a newer connection of the same silo has replaced it");
        return LaneAnswer.Accepted;
    }
}
