using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Grains.Contracts;

/// <summary>
/// What clients call: the jobs of a cluster, whichever silo coordinates them. It is activated on the silo that is called, so any key gives the same answers; a
/// client whose call fails tries another key, which travels through another gateway.
/// </summary>
[Alias("DistConv.IJobsGrain")]
public interface IJobsGrain : IGrainWithIntegerKey
{
    /// <summary>Who is there.</summary>
    /// <returns>Versions, store and silos.</returns>
    [RequiresRole(ClientRole.View)]
    [Alias("GetCluster")]
    Task<ClusterMessage> GetCluster();

    /// <summary>Makes a job and starts it. Called again with the same specification it is the same job: it goes on, or stays ended.</summary>
    /// <param name="job">The job id, chosen by the client.</param>
    /// <param name="specJson">The specification, as <see cref="JobSpec.ToJson"/> writes it.</param>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <returns>When a coordinator has claimed it.</returns>
    /// <exception cref="Core.InvalidInputException">The id or the specification is not valid, or the job exists with another one.</exception>
    [RequiresRole(ClientRole.Submit)]
    [Alias("Submit")]
    Task Submit(string job, string specJson, RunMessage options);

    /// <summary>Takes a part of the weights that a new job begins with; <see cref="Submit"/> makes the job when all of them are here. A part that is sent twice
    /// changes nothing. What a client leaves behind is removed after half an hour.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="specJson">The specification, which names the digest of the weights.</param>
    /// <param name="offset">First byte, from 0: not behind what has been sent.</param>
    /// <param name="bytes">At most 1 MiB of the weights: little-endian floats in the order of a snapshot.</param>
    /// <returns>When the part is stored.</returns>
    /// <exception cref="Core.InvalidInputException">The id or the specification is not valid, or this is no part of the weights of its model.</exception>
    [RequiresRole(ClientRole.Submit)]
    [Alias("SendInitialWeights")]
    Task SendInitialWeights(string job, string specJson, long offset, byte[] bytes);

    /// <summary>Goes on with a job that was paused, cancelled, stopped or failed. Does nothing while it runs or when it is done.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <returns>When a coordinator has claimed it.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    [RequiresRole(ClientRole.Submit)]
    [Alias("Resume")]
    Task Resume(string job, RunMessage options);

    /// <summary>Gives a job more steps, while nobody trains it; <see cref="Resume"/> goes on with it. The bits are those of a job that had so many steps
    /// from the beginning.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="totalSteps">Steps of the whole job, those that it has done included. As many as the job has already: nothing is done.</param>
    /// <returns>When the store has it.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, it runs or has failed, has more steps than that, or would have had other bits
    /// with more steps.</exception>
    [RequiresRole(ClientRole.Submit)]
    [Alias("Extend")]
    Task Extend(string job, long totalSteps);

    /// <summary>Asks for the end of a running job at a step boundary, with a snapshot. The request is durable: it outlives coordinators.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="request">Pause or cancel.</param>
    /// <returns>When the request is in the store; <see cref="GetStatus"/> tells when it has been met.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, or it is in a state in which the request makes no sense.</exception>
    [RequiresRole(ClientRole.Submit)]
    [Alias("Request")]
    Task Request(string job, JobRequest request);

    /// <summary>Writes tags and a note on a job; what was there before is replaced.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="note">Its note.</param>
    /// <exception cref="Core.InvalidInputException">There is no such job, or a tag or the note cannot be stored.</exception>
    [RequiresRole(ClientRole.Submit)]
    [Alias("Label")]
    Task Label(string job, string[] tags, string note);

    /// <summary>All jobs of the store, the one that was last written to first.</summary>
    /// <returns>A line for each.</returns>
    [RequiresRole(ClientRole.View)]
    [Alias("List")]
    Task<JobSummary[]> List();

    /// <summary>How a job stands: from its coordinator, or from the store when it has none.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>The status.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    [RequiresRole(ClientRole.View)]
    [Alias("GetStatus")]
    Task<JobStatus> GetStatus(string job);

    /// <summary>What the store knows about a job.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>Specification, status and snapshots.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    [RequiresRole(ClientRole.View)]
    [Alias("Show")]
    Task<JobDetails> Show(string job);

    /// <summary>A part of a job's record: what its steps measured, in the order of the log.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="after">Where to begin: the default, or the <see cref="RecordPage.Next"/> of the page before.</param>
    /// <returns>The complete lines that follow, less than 1 MiB of them; none when there is nothing more yet.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, or its record has no such position.</exception>
    [RequiresRole(ClientRole.View)]
    [Alias("ReadRecord")]
    Task<RecordPage> ReadRecord(string job, RecordCursor after);

    /// <summary>A part of a snapshot file.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="step">The snapshot's step; of several with the same step any, since they have the same bits.</param>
    /// <param name="offset">First byte, from 0.</param>
    /// <returns>At most 1 MiB.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job or snapshot.</exception>
    [RequiresRole(ClientRole.View)]
    [Alias("ReadSnapshot")]
    Task<FileChunk> ReadSnapshot(string job, long step, long offset);
}

/// <summary>A cluster as one of its silos sees it.</summary>
/// <param name="ProtocolVersion">Its <see cref="Protocol.Version"/>.</param>
/// <param name="NumericsVersion">Its <see cref="Training.NumericsVersion"/>.</param>
/// <param name="StoreId">Its job store's id.</param>
/// <param name="Silos">The silos that can take part in jobs: address, for example "10.0.0.3:11111".</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ClusterMessage")]
public sealed record ClusterMessage(
    [property: Id(0)] int ProtocolVersion,
    [property: Id(1)] int NumericsVersion,
    [property: Id(2)] string StoreId,
    [property: Id(3)] string[] Silos);

/// <summary>What the store knows about a job.</summary>
/// <param name="SpecJson">The specification, for <see cref="JobSpec.Parse"/>.</param>
/// <param name="Summary">State, steps and accuracy.</param>
/// <param name="Message">The status' line for people, such as why it failed; or null.</param>
/// <param name="Folder">The job's folder, as its silo sees it.</param>
/// <param name="Snapshots">Its snapshots, by ascending step.</param>
/// <param name="Epochs">The epochs that had ended when the newest snapshot was taken.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.JobDetails")]
public sealed record JobDetails(
    [property: Id(0)] string SpecJson,
    [property: Id(1)] JobSummary Summary,
    [property: Id(2)] string? Message,
    [property: Id(3)] string Folder,
    [property: Id(4)] SnapshotHead[] Snapshots,
    [property: Id(5)] EpochMetrics[] Epochs);

/// <summary>A part of a file.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="TotalBytes">Length of the whole file.</param>
/// <param name="FileName">Its name, without a folder.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.FileChunk")]
public sealed record FileChunk([property: Id(0)] byte[] Bytes, [property: Id(1)] long TotalBytes, [property: Id(2)] string FileName);
