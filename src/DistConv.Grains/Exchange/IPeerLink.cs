using DistConv.Core.Buffers;
using DistConv.Grains.Exchange.Lane;

namespace DistConv.Grains.Exchange;

/// <summary>The way to another silo, for the gradients of one job. Any thread may send.</summary>
internal interface IPeerLink : IDisposable
{
    /// <summary>Sends a frame; returns at once.</summary>
    /// <param name="header">Its header; the checksum is filled in.</param>
    /// <param name="values">The buffer of its body, kept alive until it is sent.</param>
    /// <param name="first">The body's first float in the buffer.</param>
    /// <param name="sent">Called once, when the body is no longer read: whether it is on its way.</param>
    void Send(FrameHeader header, FloatBuffer values, int first, Action<bool> sent);
}
