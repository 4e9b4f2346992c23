namespace DistConv.Grains.Exchange.Lane;

/// <summary>What the lanes of this process have carried since it started. Any thread may read and count.</summary>
internal static class LaneMeters
{
    private static long _bytesOut, _bytesIn, _framesOut, _framesIn, _receiveCalls, _droppedFrames, _checksumErrors, _refusedConnections;

    /// <summary>Bytes handed to the system, headers included.</summary>
    public static long BytesOut => Volatile.Read(ref _bytesOut);

    /// <summary>Bytes of frames that arrived complete, headers and dropped frames included.</summary>
    public static long BytesIn => Volatile.Read(ref _bytesIn);

    /// <summary>Frames handed to the system.</summary>
    public static long FramesOut => Volatile.Read(ref _framesOut);

    /// <summary>Frames that arrived and were taken.</summary>
    public static long FramesIn => Volatile.Read(ref _framesIn);

    /// <summary>Calls that read from a socket.</summary>
    public static long ReceiveCalls => Volatile.Read(ref _receiveCalls);

    /// <summary>Frames that arrived and that nobody expected.</summary>
    public static long DroppedFrames => Volatile.Read(ref _droppedFrames);

    /// <summary>Bodies with a wrong checksum.</summary>
    public static long ChecksumErrors => Volatile.Read(ref _checksumErrors);

    /// <summary>Connections that were not admitted.</summary>
    public static long RefusedConnections => Volatile.Read(ref _refusedConnections);

    /// <summary>A frame was handed to the system.</summary>
    /// <param name="header">Its header.</param>
    public static void Sent(in FrameHeader header)
    {
        Interlocked.Increment(ref _framesOut);
        Interlocked.Add(ref _bytesOut, header.FrameBytes);
    }

    /// <summary>A frame was taken.</summary>
    /// <param name="header">Its header.</param>
    public static void Received(in FrameHeader header)
    {
        Interlocked.Increment(ref _framesIn);
        Interlocked.Add(ref _bytesIn, header.FrameBytes);
    }

    /// <summary>A frame was read and dropped.</summary>
    /// <param name="header">Its header.</param>
    public static void Dropped(in FrameHeader header)
    {
        Interlocked.Increment(ref _droppedFrames);
        Interlocked.Add(ref _bytesIn, header.FrameBytes);
    }

    /// <summary>A socket was read.</summary>
    public static void ReceiveCalled() => Interlocked.Increment(ref _receiveCalls);

    /// <summary>A body had a wrong checksum.</summary>
    public static void ChecksumFailed() => Interlocked.Increment(ref _checksumErrors);

    /// <summary>A connection was not admitted.</summary>
    public static void Refused() => Interlocked.Increment(ref _refusedConnections);
}
