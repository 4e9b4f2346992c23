using System.Diagnostics.Metrics;

namespace DistConv.Grains.Tests.Control;

/// <summary>Counts the bytes that Orleans sends to some silos of this process.</summary>
internal sealed class SentBytes : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _bytes;

    /// <summary>Begins to count.</summary>
    /// <param name="ports">The silos' ports.</param>
    public SentBytes(IReadOnlyCollection<int> ports)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "orleans-messaging-sent-messages-size") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, bytes, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag is { Key: "silo", Value: SiloAddress silo } && ports.Contains(silo.Endpoint.Port)) Interlocked.Add(ref _bytes, bytes);
            }
        });
        _listener.Start();
    }

    /// <summary>Bytes so far, headers included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
