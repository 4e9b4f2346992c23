namespace DistConv.Training;

/// <summary>The version of the order of operations behind every bit of a result.</summary>
public static class NumericsVersion
{
    /// <summary>The version of this build. Anything that changes a bit of any weight raises it; resuming a snapshot of another version is refused.</summary>
    public const int Current = 1;
}
