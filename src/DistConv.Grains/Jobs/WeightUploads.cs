using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Grains.Jobs;

/// <summary>
/// Weights that clients send for jobs to begin with. They arrive in chunks, in order, in a file of the store beside the jobs; any silo may take any chunk, and
/// a chunk that comes twice changes nothing. A job is made only of weights that are whole and have the digest that its specification names.
/// </summary>
/// <param name="store">The store of the cluster.</param>
/// <param name="time">The clock.</param>
internal sealed class WeightUploads(JobStore store, TimeProvider time)
{
    /// <summary>The longest chunk, in bytes.</summary>
    public const int MaxChunkBytes = 1 << 20;

    /// <summary>Uploads at a time: each may be as large as the largest model.</summary>
    private const int MaxUploads = 8;

    /// <summary>After so long without a chunk an upload is removed.</summary>
    private static readonly TimeSpan _abandonedAfter = TimeSpan.FromMinutes(30);

    private string Folder => Path.Combine(store.Root, ".uploads");

    /// <summary>Bytes of a job's weights.</summary>
    /// <param name="spec">The job, checked.</param>
    public static long LengthOf(JobSpec spec)
    {
        ModelPlan plan = spec.Plan();
        return sizeof(float) * (plan.Parameters + plan.StateValues);
    }

    /// <summary>Whether a job's weights have arrived, in part or whole.</summary>
    public bool Has(string job, JobSpec spec) => JobStore.IsJobId(job) && File.Exists(PathOf(job, spec));

    /// <summary>Stores a chunk.</summary>
    /// <param name="job">A valid id.</param>
    /// <param name="spec">The job, checked.</param>
    /// <param name="offset">The chunk's first byte.</param>
    /// <param name="bytes">Little-endian floats in the order of a snapshot.</param>
    /// <exception cref="InvalidInputException">The job names no weights, or the chunk is no part of them that can come now.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(string job, JobSpec spec, long offset, ReadOnlySpan<byte> bytes)
    {
        if (spec.InitialWeights is null) throw Problem("is missing in the specification, so no weights can be sent for it");
        long length = LengthOf(spec);
        if (bytes.Length is 0 or > MaxChunkBytes) throw Problem($"has a chunk of {bytes.Length} bytes; give 1 to {MaxChunkBytes}");
        if (offset < 0 || offset > length - bytes.Length)
            throw Problem($"has bytes {offset} to {(decimal)offset + bytes.Length}, but the weights of model '{spec.ModelName}' are {length} bytes");
        string path = PathOf(job, spec);
        RemoveAbandoned();
        if (offset == 0 && !File.Exists(path)) Begin(path);
        if (!File.Exists(path)) throw Problem("was sent in part, and that part is gone; send it from the beginning");
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (offset > stream.Length) throw Problem($"has a chunk from byte {offset} on, but only {stream.Length} bytes have been sent; send them in order");
        stream.Position = offset;
        stream.Write(bytes);
    }

    /// <summary>Makes the job of the weights that were sent, or opens it if it has begun already.</summary>
    /// <param name="job">A valid id.</param>
    /// <param name="spec">The job, checked.</param>
    /// <returns>Its folder, with the snapshot of step 0.</returns>
    /// <exception cref="InvalidInputException">The weights are incomplete or others, which removes them; or the job exists with another
    /// specification.</exception>
    /// <exception cref="IOException">The disk refuses, or another silo is about to do the same.</exception>
    public JobFolder Admit(string job, JobSpec spec)
    {
        string path = PathOf(job, spec);
        try
        {
            Snapshot? initial = File.Exists(path) ? InitialSnapshot.Create(spec, Read(path, LengthOf(spec)), time.GetUtcNow()) : null;
            JobFolder folder = store.Create(job, spec);
            if (initial is not null && folder.LatestVerified(out _) is null)
            {
                if (folder.IsRunning) throw new IOException($"job '{job}' is being given its initial weights by another silo");
                InitialSnapshot.Enter(folder, initial);
            }

            File.Delete(path);
            return folder;
        }
        catch (InvalidInputException)
        {
            TryDelete(path);
            throw;
        }
    }

    private static InvalidInputException Problem(string problem) => new([new SettingProblem("initialWeights", problem)]);

    private static float[] Read(string path, long length)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length != length) throw Problem($"was sent in part: {bytes.Length} of {length} bytes; send it again");
        var weights = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < weights.Length; i++) weights[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        int index = Array.FindIndex(weights, value => !float.IsFinite(value));
        return index < 0 ? weights : throw Problem($"has the value {weights[index]} at index {index}; weights must be finite");
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is removed when it is old enough.
        }
    }

    /// <summary>A file for one specification: what was sent for another one of the same id is no part of it.</summary>
    private string PathOf(string job, JobSpec spec) =>
        Path.Combine(Folder, $"{job}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec.ToJson())))[..16]}.weights");

    private void Begin(string path)
    {
        Directory.CreateDirectory(Folder);
        if (Directory.GetFiles(Folder).Length >= MaxUploads)
            throw Problem($"cannot be sent now: {MaxUploads} clients are sending weights to this cluster; try again later");
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
    }

    /// <summary>Removes what clients have left behind.</summary>
    public void RemoveAbandoned()
    {
        if (!Directory.Exists(Folder)) return;
        DateTime oldest = time.GetUtcNow().UtcDateTime - _abandonedAfter;
        foreach (string path in Directory.GetFiles(Folder))
        {
            if (File.GetLastWriteTimeUtc(path) < oldest) TryDelete(path);
        }
    }
}
