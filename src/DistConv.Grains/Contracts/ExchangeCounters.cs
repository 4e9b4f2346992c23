using System.Diagnostics;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Contracts;

/// <summary>What a silo's process has counted of the exchange of gradients since it began: its metrics distconv.exchange.*, and its memory.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="SentBytes">Bytes of gradients and weights that went to other silos.</param>
/// <param name="ReceivedBytes">Bytes of gradients and weights that came from other silos.</param>
/// <param name="Receives">Calls with which gradients were read from connections.</param>
/// <param name="DroppedFrames">Frames that came twice or too late.</param>
/// <param name="ChecksumErrors">Frames with a wrong checksum.</param>
/// <param name="ProcessorMs">Processor time of the threads of the exchange, in milliseconds; null: this system does not tell.</param>
/// <param name="PeakMemoryBytes">The most physical memory that the process had.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ExchangeCounters")]
public sealed record ExchangeCounters(
    [property: Id(0)] int ProcessId,
    [property: Id(1)] long SentBytes,
    [property: Id(2)] long ReceivedBytes,
    [property: Id(3)] long Receives,
    [property: Id(4)] long DroppedFrames,
    [property: Id(5)] long ChecksumErrors,
    [property: Id(6)] double? ProcessorMs,
    [property: Id(7)] long PeakMemoryBytes)
{
    /// <summary>What was counted since an earlier reading of the same process. Memory is what it is now.</summary>
    /// <param name="earlier">The earlier reading.</param>
    /// <returns>The differences.</returns>
    public ExchangeCounters Since(ExchangeCounters earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return this with
        {
            SentBytes = SentBytes - earlier.SentBytes,
            ReceivedBytes = ReceivedBytes - earlier.ReceivedBytes,
            Receives = Receives - earlier.Receives,
            DroppedFrames = DroppedFrames - earlier.DroppedFrames,
            ChecksumErrors = ChecksumErrors - earlier.ChecksumErrors,
            ProcessorMs = ProcessorMs - earlier.ProcessorMs,
        };
    }

    /// <summary>Reads the counters of this process.</summary>
    internal static ExchangeCounters Read()
    {
        IReadOnlyList<string> directions = MetricTable.ExchangeBytes.Attributes[0].Values;
        using Process process = Process.GetCurrentProcess();
        return new ExchangeCounters(
            Environment.ProcessId,
            Telemetry.ExchangedBytes.Read(directions[0]),
            Telemetry.ExchangedBytes.Read(directions[1]),
            Telemetry.ExchangeReceives.Read(),
            Telemetry.DroppedFrames.Read(),
            Telemetry.ChecksumErrors.Read(),
            Telemetry.ExchangeThreads.ReadSeconds() * 1000,
            process.PeakWorkingSet64);
    }
}
