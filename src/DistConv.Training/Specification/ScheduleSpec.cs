using System.Text.Json.Serialization;

namespace DistConv.Training.Specification;

/// <summary>How the learning rate changes over a job. Settings that a schedule does not have are zero, and are not written.</summary>
/// <param name="Name">One of <see cref="ScheduleSettings.Names"/>.</param>
/// <param name="EveryEpochs">step: epochs between two reductions, ≥ 1.</param>
/// <param name="Factor">step: what the rate is multiplied by; exponential: the same for each epoch; 0 &lt; factor ≤ 1.</param>
/// <param name="MinFraction">cosine: where it ends, as a fraction of the full rate; 0 ≤ fraction ≤ 1.</param>
/// <param name="WarmupSteps">Steps in which the rate rises linearly to its full value, before any schedule; less than the job's steps. 0: none.</param>
public sealed record ScheduleSpec(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int EveryEpochs = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Factor = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double MinFraction = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long WarmupSteps = 0);
