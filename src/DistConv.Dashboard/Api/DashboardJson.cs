using System.Text.Json.Serialization;

namespace DistConv.Dashboard.Api;

/// <summary>JSON of the API, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(FiniteDoubleConverter), typeof(FiniteSingleConverter)])]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(Info))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(JobDetail))]
[JsonSerializable(typeof(SeriesHeader))]
[JsonSerializable(typeof(JobEvent))]
[JsonSerializable(typeof(JobEventList))]
[JsonSerializable(typeof(StepsEvent))]
[JsonSerializable(typeof(EpochEvent))]
[JsonSerializable(typeof(SnapshotEvent))]
[JsonSerializable(typeof(ResyncEvent))]
[JsonSerializable(typeof(JobsEvent))]
[JsonSerializable(typeof(StartRequest))]
[JsonSerializable(typeof(StartedJob))]
[JsonSerializable(typeof(ExtendRequest))]
[JsonSerializable(typeof(LabelsRequest))]
[JsonSerializable(typeof(PlanReply))]
[JsonSerializable(typeof(CompareReply))]
[JsonSerializable(typeof(SnapshotList))]
[JsonSerializable(typeof(KernelsReply))]
[JsonSerializable(typeof(DescriptionsReply))]
[JsonSerializable(typeof(EvaluationReply))]
[JsonSerializable(typeof(HistogramsReply))]
[JsonSerializable(typeof(PredictRequest))]
[JsonSerializable(typeof(PredictReply))]
[JsonSerializable(typeof(MachinesReply))]
internal sealed partial class DashboardJson : JsonSerializerContext;
