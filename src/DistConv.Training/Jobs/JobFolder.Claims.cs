using DistConv.Training.Specification;

namespace DistConv.Training.Jobs;

/// <content>Who trains the job.</content>
public sealed partial class JobFolder
{
    private const int OwnerBytes = 1 << 10; // Far more than an owner's line.
    private static readonly TimeSpan _lockPatience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _beatPatience = TimeSpan.FromSeconds(10);

    private static ReadOnlySpan<byte> Released => "\nreleased\n"u8;

    /// <summary>Whether some process (this one included) trains the job: it holds the job's lock, or it is a cluster's coordinator whose claim grows.</summary>
    public bool IsRunning => JobLock.IsHeld(In(StoreNames.Lock)) || IsBeating;

    /// <summary>Whether a cluster's coordinator has let its claim grow in the last ten seconds. (It need not hold the lock: one that hangs still has
    /// it.)</summary>
    public bool IsBeating => Beats(Path, _time);

    /// <summary>Takes the lock that tells others that this job is being trained. It ends with the process, however that ends.</summary>
    /// <returns>The lock, to be kept as long as the job is trained; null when somebody else holds it.</returns>
    /// <exception cref="IOException">The lock file cannot be created.</exception>
    public JobLock? TryAcquireLock() => JobLock.TryAcquire(In(StoreNames.Lock), _lockPatience);

    /// <summary>Takes the job over: creates the next claim exclusively, and then says in it who has it.</summary>
    /// <param name="owner">Who takes it; null: this process, for a run that nobody takes over.</param>
    /// <returns>The new fence; the first is 1. It is higher than each that was returned before, to any process.</returns>
    /// <exception cref="IOException">The disk refuses. The claim may have been made all the same, without an owner.</exception>
    public long ClaimFence(ClaimOwner? owner = null)
    {
        byte[] line = [.. JobJson.Write(owner ?? ClaimOwner.Here(), StoreJsonContext.Default.ClaimOwner, indented: false), (byte)'\n'];
        for (long fence = HighestFence() + 1; ; fence++)
        {
            string path = In(StoreNames.Claim(fence));
            FileStream stream;
            try
            {
                stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            }
            catch (IOException) when (File.Exists(path))
            {
                continue; // Another claimed it first: it is the next one's turn.
            }

            using (stream) stream.Write(line);
            return fence;
        }
    }

    /// <summary>The highest fence that anybody claimed.</summary>
    /// <returns>0 before the first claim.</returns>
    public long HighestFence() => StoreNames.Numbered(Path, "claim") is [.., var highest] ? highest.First : 0;

    /// <summary>The highest claim.</summary>
    /// <returns>Null before the first.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public JobClaim? ReadClaim() => ReadClaim(Path);

    /// <summary>What <see cref="IsBeating"/> tells, of a folder whose specification need not be readable.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="time">The clock.</param>
    /// <returns>True if a coordinator's claim grows.</returns>
    internal static bool Beats(string folder, TimeProvider time) =>
        ReadClaim(folder) is { Owner.Silo: not null, IsReleased: false } claim && (time.GetUtcNow() - claim.WrittenAt).Duration() < _beatPatience;

    private static JobClaim? ReadClaim(string folder)
    {
        if (StoreNames.Numbered(folder, "claim") is not [.., var highest]) return null;
        using FileStream stream = new(highest.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        long length = stream.Length;
        Span<byte> first = stackalloc byte[OwnerBytes];
        first = first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        int end = first.IndexOf((byte)'\n');
        ClaimOwner? owner = end < 0 ? null : JobJson.TryParse(first[..end], StoreJsonContext.Default.ClaimOwner);
        Span<byte> last = stackalloc byte[Released.Length];
        stream.Position = long.Max(0, length - last.Length);
        last = last[..stream.ReadAtLeast(last, last.Length, throwOnEndOfStream: false)];
        DateTimeOffset writtenAt = new(File.GetLastWriteTimeUtc(highest.Path), TimeSpan.Zero);
        return new JobClaim(highest.First, owner is { Host: not null } ? owner : null, length, writtenAt, last.SequenceEqual(Released));
    }

    /// <summary>Lets a claim grow by a byte: its owner lives.</summary>
    /// <param name="fence">The caller's claim.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Beat(long fence) => Append(fence, "."u8);

    /// <summary>Says in a claim that its owner has ended on purpose, after everything else that it wrote.</summary>
    /// <param name="fence">The caller's claim.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Release(long fence) => Append(fence, Released);

    /// <summary>Checks that nobody has taken the job over.</summary>
    /// <param name="fence">The caller's claim.</param>
    /// <exception cref="FencedException">There is a higher claim.</exception>
    public void EnsureFence(long fence)
    {
        if (IsOutbid(fence))
        {
            throw new FencedException(Id, fence);
        }
    }

    /// <summary>Whether somebody has taken the job over.</summary>
    /// <param name="fence">The caller's claim.</param>
    /// <returns>True if there is a higher claim.</returns>
    public bool IsOutbid(long fence) => File.Exists(In(StoreNames.Claim(fence + 1))); // Claims leave no gap.

    private void Append(long fence, ReadOnlySpan<byte> bytes)
    {
        // Opened each time: only a file that was closed is seen by the other machines of a network file system.
        using FileStream stream = new(In(StoreNames.Claim(fence)), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        stream.Seek(0, SeekOrigin.End);
        stream.Write(bytes);
    }
}
