using DistConv.Training.Jobs;

namespace DistConv.Grains.Jobs;

/// <summary>
/// How long a job's claim has not grown, as one silo sees it, and whether it is that silo's turn to take the job over. It adds up the time between its looks,
/// each at most a second: whoever was stopped for a while has not looked.
/// </summary>
internal sealed class ClaimWatch
{
    /// <summary>How long the claim of a silo that is gone has to be silent.</summary>
    public static readonly TimeSpan GonePatience = TimeSpan.FromSeconds(1);

    /// <summary>How long the claim of a silo that answers has to be silent.</summary>
    public static readonly TimeSpan SilentPatience = TimeSpan.FromSeconds(10);

    /// <summary>How much longer each next silo in the order waits.</summary>
    public static readonly TimeSpan RankPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _longestGap = TimeSpan.FromSeconds(1);

    private (long Fence, long Length) _seen;
    private TimeSpan _quiet;

    /// <summary>Looks at the claim.</summary>
    /// <param name="claim">The job's highest claim.</param>
    /// <param name="sinceLastLook">Time since the last look.</param>
    /// <param name="ownerIsActive">Whether its owner's silo takes part in the cluster.</param>
    /// <param name="rank">This silo's place in the order, from 0.</param>
    /// <returns>Whether this silo takes the job over now.</returns>
    public bool IsDue(JobClaim claim, TimeSpan sinceLastLook, bool ownerIsActive, int rank)
    {
        if ((claim.Fence, claim.Length) == _seen) _quiet += sinceLastLook < _longestGap ? sinceLastLook : _longestGap;
        else (_seen, _quiet) = ((claim.Fence, claim.Length), TimeSpan.Zero);
        TimeSpan patience = claim.IsReleased ? TimeSpan.Zero : ownerIsActive ? SilentPatience : GonePatience;
        return _quiet >= patience + (rank * RankPatience);
    }

    /// <summary>Waits again, after an attempt that may have failed.</summary>
    public void Restart() => _quiet = -GonePatience;
}
