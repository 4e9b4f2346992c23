namespace DistConv.Training.Data.Stored;

/// <summary>How much memory decoded pictures may take.</summary>
public static class DataMemory
{
    /// <summary>The least that can be set: room for a few pictures that are read ahead.</summary>
    public const long MinBytes = 1 << 20;

    /// <summary>The part of a process's memory that pictures may take without a setting.</summary>
    private const int DefaultPart = 4;

    /// <summary>A quarter of the memory that this process may have: of the machine, or of its container.</summary>
    public static long DefaultBytes => long.Max(MinBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / DefaultPart);
}
