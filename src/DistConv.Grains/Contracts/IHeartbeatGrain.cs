namespace DistConv.Grains.Contracts;

/// <summary>A grain that answers: who calls it learns that the silo takes turns. It is always activated on the silo that is called.</summary>
[Alias("DistConv.IHeartbeatGrain")]
internal interface IHeartbeatGrain : IGrainWithIntegerKey
{
    /// <summary>Answers at once.</summary>
    /// <returns>When the grain had its turn.</returns>
    [Alias("Answer")]
    Task Answer();
}
