using System.Text.Json.Serialization;

namespace DistConv.Training.Specification;

/// <summary>How the learning rate changes over a job. Settings that a schedule does not have are zero, and are not written.</summary>
/// <param name="Name">One of <see cref="ScheduleSettings.Names"/>.</param>
/// <param name="EveryEpochs">step: epochs between two reductions; restarts: epochs of the first cycle; plateau: epochs without a lower loss after which the
/// rate is reduced; ≥ 1.</param>
/// <param name="Factor">step and plateau: what the rate is multiplied by; exponential: the same for each epoch; 0 &lt; factor ≤ 1, plateau: &lt; 1.</param>
/// <param name="MinFraction">cosine, restarts, one-cycle: where a fall ends, as a fraction of the full rate; plateau: the least fraction; 0 ≤ fraction ≤
/// 1.</param>
/// <param name="WarmupSteps">Steps in which the rate rises linearly to its full value, before any schedule; less than the job's steps. 0: none.</param>
public sealed record ScheduleSpec(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int EveryEpochs = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Factor = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double MinFraction = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long WarmupSteps = 0)
{
    /// <summary>restarts: how many times as long as the cycle before a cycle is, 1 to <see cref="ScheduleSettings.MaxGrowth"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Growth { get; init; }

    /// <summary>one-cycle: the share of the job's steps in which the rate rises; above 0 and below 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double PeakAt { get; init; }

    /// <summary>one-cycle and range: where the rate begins, as a fraction of the full rate; 0 &lt; fraction ≤ 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double StartFraction { get; init; }
}
