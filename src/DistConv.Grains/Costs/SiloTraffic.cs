namespace DistConv.Grains.Costs;

/// <summary>What one silo sends and receives in a step.</summary>
/// <param name="SentBytes">Bytes of gradients that it sends, without headers.</param>
/// <param name="ReceivedBytes">Bytes of gradients that it receives.</param>
/// <param name="SentFrames">Frames that it sends.</param>
/// <param name="ReceivedFrames">Frames that it receives.</param>
public readonly record struct SiloTraffic(long SentBytes, long ReceivedBytes, int SentFrames, int ReceivedFrames)
{
    /// <summary>Bytes in both directions.</summary>
    public long Bytes => SentBytes + ReceivedBytes;

    /// <summary>Frames in both directions.</summary>
    public int Frames => SentFrames + ReceivedFrames;

    /// <summary>Bytes in the direction that has more.</summary>
    public long BusierBytes => long.Max(SentBytes, ReceivedBytes);

    /// <summary>Two parts of a step's traffic together.</summary>
    /// <param name="left">One part.</param>
    /// <param name="right">The other.</param>
    /// <returns>Their sums.</returns>
    public static SiloTraffic operator +(SiloTraffic left, SiloTraffic right) => Add(left, right);

    /// <inheritdoc cref="op_Addition"/>
    public static SiloTraffic Add(SiloTraffic left, SiloTraffic right) => new(
        left.SentBytes + right.SentBytes, left.ReceivedBytes + right.ReceivedBytes, left.SentFrames + right.SentFrames,
        left.ReceivedFrames + right.ReceivedFrames);
}
