using System.Net;
using System.Net.Sockets;
using DistConv.Core;

namespace DistConv.Silo.Cluster;

/// <summary>
/// A port, kept for a silo that is about to listen there. Orleans listens on ports that others share (ReuseAddress), so that two silos with the same
/// port would both
/// start; so a port that is not free has to be noticed before.
/// </summary>
internal sealed class ServerPort : IDisposable
{
    private readonly Socket _socket;

    private ServerPort(Socket socket) => _socket = socket;

    /// <summary>The port, with its address.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Keeps a port.</summary>
    /// <param name="wanted">Address and port; port 0: any free one.</param>
    /// <param name="option">The option that names it, for the error's line.</param>
    /// <returns>To be disposed when the silo listens.</returns>
    /// <exception cref="InvalidInputException">It is taken, or this machine does not have the address.</exception>
    public static ServerPort Keep(IPEndPoint wanted, string option)
    {
        try
        {
            using (Socket alone = New(wanted)) alone.Bind(wanted); // Fails if anybody listens there, sharing or not.
            Socket shared = New(wanted);
            shared.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            shared.Bind(wanted);
            return new ServerPort(shared);
        }
        catch (SocketException e)
        {
            throw Refused(wanted, option, e);
        }
    }

    /// <summary>What to tell when an address cannot be listened on.</summary>
    /// <param name="wanted">Address and port.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="reason">What the system said.</param>
    /// <returns>The error.</returns>
    public static InvalidInputException Refused(IPEndPoint wanted, string option, SocketException reason) => new(
        reason.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"{option}: port {wanted.Port} of {wanted.Address} is taken by another process; name another one",
            SocketError.AccessDenied => $"{option}: this user may not listen on port {wanted.Port}; name another one",
            SocketError.AddressNotAvailable => $"{option}: this machine does not have the address {wanted.Address}; name one that it has, or 0.0.0.0 for all",
            _ => $"{option}: cannot listen on {wanted} ({reason.Message})",
        },
        reason);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static Socket New(IPEndPoint wanted) => new(wanted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
}
