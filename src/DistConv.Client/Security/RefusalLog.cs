using System.Net;

namespace DistConv.Client.Security;

/// <summary>Tells of connections that were refused: one line for an address, a port and a reason in a minute, whatever that address tries.</summary>
/// <param name="warn">Gets the lines, from any thread.</param>
/// <param name="time">The clock.</param>
internal sealed class RefusalLog(Action<string> warn, TimeProvider time)
{
    private const int MaxKept = 1_000;
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Peer, string Where, string Reason), (long Told, int Since)> _kept = [];

    /// <summary>Notes a refusal.</summary>
    /// <param name="peer">Who was refused.</param>
    /// <param name="where">What it connected to, such as "the gateway".</param>
    /// <param name="reason">Why.</param>
    public void Note(EndPoint? peer, string where, string reason)
    {
        string address = peer is IPEndPoint ip ? $"{ip.Address}" : $"{peer}";
        int untold = 0;
        lock (_gate)
        {
            if (_kept.Count >= MaxKept) _kept.Clear(); // Bounded, whoever connects.
            long now = time.GetTimestamp();
            if (_kept.TryGetValue((address, where, reason), out (long Told, int Since) before))
            {
                if (time.GetElapsedTime(before.Told, now) < _pause)
                {
                    _kept[(address, where, reason)] = (before.Told, before.Since + 1);
                    return;
                }

                untold = before.Since;
            }

            _kept[(address, where, reason)] = (now, 0);
        }

        string more = untold == 0 ? "" : $" ({untold} more since the last such line)";
        warn($"refused {peer} at {where}: {reason}{more}");
    }
}
