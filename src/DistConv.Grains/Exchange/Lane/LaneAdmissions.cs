using System.Security.Cryptography;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>What a token permits: one connection of one silo for one job under one fence.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Fence">The coordinator's fence.</param>
/// <param name="From">The silo that may connect.</param>
/// <param name="Sink">Where its frames go.</param>
/// <param name="Key">What its frames are sealed with; null: they are not.</param>
internal sealed record LaneAdmission(string Job, long Fence, SiloAddress From, IFrameSink Sink, byte[]? Key = null)
{
    /// <summary>Whether another admission is for the same silo and job, so that its connection replaces this one's.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>True if it is, under whatever fence.</returns>
    public bool IsReplacedBy(LaneAdmission other) => Job == other.Job && From.Equals(other.From);

    /// <summary>Whether it ends when a job is closed.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="fence">The highest fence that is closed.</param>
    /// <returns>True if it does.</returns>
    public bool IsClosedBy(string job, long fence) => Job == job && Fence <= fence;
}

/// <summary>The tokens that have not been used. A silo has at most one for a job. Not safe for several threads.</summary>
internal sealed class LaneAdmissions
{
    private const int TokenBytes = 16;

    private readonly Dictionary<Guid, LaneAdmission> _byToken = [];

    /// <summary>Makes a token; the same silo's earlier one for this job does not count any more.</summary>
    /// <param name="admission">What it permits.</param>
    /// <returns>128 random bits.</returns>
    public Guid Add(LaneAdmission admission)
    {
        Remove(earlier => earlier.IsReplacedBy(admission));
        Guid token = new(RandomNumberGenerator.GetBytes(TokenBytes)); // A secret, unlike all that a job draws.
        _byToken.Add(token, admission);
        return token;
    }

    /// <summary>Uses a token up, whether or not the hello is right.</summary>
    /// <param name="hello">The hello that brought it.</param>
    /// <param name="answer">What to answer.</param>
    /// <returns>What the token permits; null if the hello is refused.</returns>
    public LaneAdmission? Redeem(in LaneHello hello, out LaneAnswer answer)
    {
        _byToken.Remove(hello.Token, out LaneAdmission? admission);
        answer = Check(admission, hello);
        return answer == LaneAnswer.Accepted ? admission : null;
    }

    /// <summary>Forgets tokens.</summary>
    /// <param name="match">Which.</param>
    public void Remove(Predicate<LaneAdmission> match)
    {
        foreach ((Guid token, _) in _byToken.Where(entry => match(entry.Value)).ToList()) _byToken.Remove(token);
    }

    private static LaneAnswer Check(LaneAdmission? admission, in LaneHello hello)
    {
        if (admission is null) return LaneAnswer.UnknownToken;
        if (admission.From.ToParsableString() != hello.Silo) return LaneAnswer.OtherSilo;
        if (admission.Job != hello.Job) return LaneAnswer.OtherJob;
        return admission.Fence == hello.Fence ? LaneAnswer.Accepted : LaneAnswer.OtherFence;
    }
}
