namespace DistConv.Training.Data.Idx;

/// <summary>What makes tensors of IDX files. It stands in a job's specification as a part of the data set's name: "idx", or "idx/?transpose=yes".</summary>
/// <param name="IsTransposed">Whether rows and columns of each picture change places, as EMNIST's need to stand upright. Default: no.</param>
public sealed record IdxOptions(bool IsTransposed = false)
{
    private const string Name = "idx", TransposedName = "idx/?transpose=yes";

    /// <summary>The name in a specification.</summary>
    /// <returns>The same for equal options.</returns>
    public string ToName() => IsTransposed ? TransposedName : Name;

    /// <summary>Reads what <see cref="ToName"/> gave.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The options; null if it is another data set's name.</returns>
    public static IdxOptions? TryParse(string name) => name switch
    {
        Name => new IdxOptions(),
        TransposedName => new IdxOptions(IsTransposed: true),
        _ => null,
    };
}
