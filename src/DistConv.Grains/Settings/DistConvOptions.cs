using System.Net;
using DistConv.Grains.Codecs;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Data.Fetch;

namespace DistConv.Grains.Settings;

/// <summary>What a silo needs to know in order to train.</summary>
public sealed class DistConvOptions
{
    /// <summary>The job store; the same for all silos of a cluster. Default: <c>distconv-jobs</c> in the working directory.</summary>
    public string StoreDirectory { get; set; } = "distconv-jobs";

    /// <summary>The folder in which this silo finds data sets by name; null (the default): the folder that the job was started with, then the cache.
    /// <c>digits</c> needs none. A silo never downloads.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>The cache; null (the default): <see cref="DataCache.Default"/>.</summary>
    public string? CacheDirectory { get; set; }

    /// <summary>The most memory that the pictures of one data set may take, in bytes; those of a larger folder stay in the cache file and are read by
    /// position. Null (the default): a quarter of the process's memory. It changes no bit.</summary>
    public long? DataMemoryBytes { get; set; }

    /// <summary>Opens data sets by name. Default: all that DistConv knows, folders of pictures among them.</summary>
    public DataCatalog Catalog { get; set; } = ImageFolder.Catalog;

    /// <summary>Compute threads of this silo, 1 to 1,024. Default: the number of processors.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>The kernel set by name; null (the default): the one that <c>DISTCONV_KERNEL</c> names, else the fastest.</summary>
    public string? Kernel { get; set; }

    /// <summary>Whether this silo takes over the running jobs of the store whose coordinators are lost. Default: false, as for a cluster that lives no longer
    /// than its job.</summary>
    public bool KeepsJobs { get; set; }

    /// <summary>The address on which this silo receives gradients from other silos; null (the default): its own advertised address. Nothing listens before
    /// a job needs it, unless <see cref="BulkPort"/> is given.</summary>
    public IPAddress? BulkAddress { get; set; }

    /// <summary>The port on which it does, 0 to 65,535. Default: 0, any free port.</summary>
    public int BulkPort { get; set; }

    /// <summary>The address at which other silos reach <see cref="BulkAddress"/>; null (the default): the same or, when that is all addresses, the silo's
    /// own.</summary>
    public IPAddress? AdvertisedBulkAddress { get; set; }

    /// <summary>The port at which other silos reach <see cref="BulkPort"/>, 1 to 65,535; null (the default): the one that this silo listens on.</summary>
    public int? AdvertisedBulkPort { get; set; }

    /// <summary>Whether clients reach DistConv's jobs and nothing else in this silo. Default: false, for a host whose clients call grains of its own; the
    /// interfaces by which silos of DistConv talk to each other are closed to clients all the same.</summary>
    public bool ClientsReachJobsOnly { get; set; }

    /// <summary>What all silos of the cluster know and clients do not, where connections have TLS: a client's message that claims to be a silo's is refused.
    /// Null (the default): there is no such check.</summary>
    public string? ClusterSecret { get; set; }

    /// <summary>Whether gradients are sealed on their way from silo to silo (AES-256-GCM, under keys that travel by Orleans's connections). Set it where these
    /// connections have TLS, on all silos. Default: false.</summary>
    public bool SealsFrames { get; set; }

    /// <summary>The most bytes of gradients or state in one message to another silo; more travel in chunks. Default: 96 MiB less 64 bytes, as an Orleans
    /// message holds 100 MiB.</summary>
    internal long MaxMessageBytes { get; set; } = RawFloats.MaxBytes - 64;
}
