namespace DistConv.Training.Metrics;

/// <summary>Why jobs fail, as the metrics count it.</summary>
public static class FailureReasons
{
    /// <summary>Specification, data or snapshot cannot be used.</summary>
    public const string Input = "input";

    /// <summary>Loss or gradient are not finite.</summary>
    public const string NotFinite = "not_finite";

    /// <summary>No silo is left that computes.</summary>
    public const string NoSilo = "no_silo";

    /// <summary>The store cannot be read or written.</summary>
    public const string Store = "store";

    /// <summary>A fault of DistConv, or one that nobody foresaw.</summary>
    public const string Internal = "internal";

    /// <summary>All reasons.</summary>
    public static IReadOnlyList<string> All { get; } = [Input, NotFinite, NoSilo, Store, Internal];
}
