namespace DistConv.Grains.Costs;

/// <summary>Where each silo runs, and what lies between two of them. By default there is no link, as within a machine, and processor times are as measured
/// (docs/cost-model.md).</summary>
/// <param name="Threads">Compute threads of a silo, at least 1.</param>
/// <param name="Cores">Cores of a silo, above 0: those of its machine, or its share of them if several silos run there.</param>
public sealed record SiloMachine(int Threads, double Cores)
{
    /// <summary>Bytes of a 10 Gbit/s link in a millisecond and direction.</summary>
    public const double TenGigabit = 1.25e6;

    /// <summary>Milliseconds from one machine to another, as within a rack.</summary>
    public const double RackLatencyMs = 0.05;

    /// <summary>Bytes that a silo's link carries in a millisecond in each direction, both at once. Default: no limit.</summary>
    public double LinkBytesPerMs { get; init; } = double.PositiveInfinity;

    /// <summary>Milliseconds that a message is on its way, whatever its size. Default: 0.</summary>
    public double LatencyMs { get; init; }

    /// <summary>Milliseconds in which nobody computes, as the coordinator ends a step and calls the silos for the next.</summary>
    public double CallMs { get; init; } = 0.4;

    /// <summary>Processor milliseconds for a megabyte (10⁶ bytes) that a silo sends or receives: copies, checksum, additions.</summary>
    public double ProcessorMsPerMegabyte { get; init; } = 0.45;

    /// <summary>Processor milliseconds for a frame that a silo sends or receives: system calls, and waking a thread.</summary>
    public double ProcessorMsPerFrame { get; init; } = 0.015;
}
