using DistConv.Training.Steps;
namespace DistConv.Grains.Contracts;
/// <summary>temp</summary>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.StateMessage")]
public sealed record StateMessage([property: Id(0)] long Step)
{
    internal static StateMessage From(ReplicaState s) => new(s.Step);
}
