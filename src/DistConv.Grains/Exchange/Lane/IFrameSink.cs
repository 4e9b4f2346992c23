namespace DistConv.Grains.Exchange.Lane;

/// <summary>
/// Where frames go. All calls about one connection come one after another, on its receiver's thread; connections of several silos call at the same time. A sink
/// holds no lock in a call that it also holds around <see cref="LaneListener.Close"/>, which waits for these calls.
/// </summary>
internal unsafe interface IFrameSink
{
    /// <summary>A frame arrives; its body has not been read.</summary>
    /// <param name="from">The silo that sends it.</param>
    /// <param name="header">Its checked header.</param>
    /// <returns>Where its <see cref="FrameHeader.Bytes"/> bytes go. They may be written until <see cref="Complete"/> or <see cref="Closed"/> is called for this
    /// silo, or <see cref="LaneListener.Close"/> has returned. Null: the frame is not expected, so its body is dropped. The call may block for a bounded time;
    /// meanwhile nothing is read from this silo. If it throws, the connection is closed.</returns>
    byte* Begin(SiloAddress from, in FrameHeader header);

    /// <summary>The body is where <see cref="Begin"/> wanted it, and its checksum is right. If the call throws, the connection is closed.</summary>
    /// <param name="from">The silo that sent it.</param>
    /// <param name="header">Its header.</param>
    void Complete(SiloAddress from, in FrameHeader header);

    /// <summary>The connection has ended; a body that was begun and not completed may be half-written. Called once for a connection, unless the listener closed
    /// it (<see cref="LaneListener.Close"/>, <see cref="LaneListener.Dispose"/>). It must not throw.</summary>
    /// <param name="from">The silo at its other end.</param>
    /// <param name="reason">Why, as a part of a sentence, such as "it closed the connection".</param>
    void Closed(SiloAddress from, string reason);
}
