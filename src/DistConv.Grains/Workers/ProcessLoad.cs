using System.Runtime.Versioning;
using DistConv.Training.Jobs;

namespace DistConv.Grains.Workers;

/// <summary>Measures what this process uses, seldom, so that it costs neither time nor messages. Not for several threads.</summary>
internal sealed class ProcessLoad(TimeProvider time)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    private long _measuredAt = time.GetTimestamp();
    private TimeSpan _used = Used();

    /// <summary>The load since the last measurement; null if that was less than two seconds ago.</summary>
    public SiloLoad? TryMeasure()
    {
        TimeSpan elapsed = time.GetElapsedTime(_measuredAt);
        if (elapsed < _interval) return null;
        TimeSpan used = Used();
        double share = (used - _used) / elapsed / Environment.ProcessorCount;
        (_measuredAt, _used) = (time.GetTimestamp(), used);
        return new SiloLoad(double.Clamp(share, 0, 1), Environment.WorkingSet);
    }

    [UnsupportedOSPlatformGuard("ios")]
    [UnsupportedOSPlatformGuard("tvos")]
    private static TimeSpan Used() => OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() ? TimeSpan.Zero : Environment.CpuUsage.TotalTime;
}
