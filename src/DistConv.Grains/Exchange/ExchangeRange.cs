using DistConv.Core.Networks;
using DistConv.Training.Steps;

namespace DistConv.Grains.Exchange;

/// <summary>A part of a step's sum that travels as one message, and the silo that adds it up.</summary>
/// <param name="First">Its first float in the step's sum.</param>
/// <param name="Length">Its floats.</param>
/// <param name="Owner">The silo's place in the plan.</param>
internal readonly record struct ExchangeRange(int First, int Length, int Owner)
{
    /// <summary>Floats of a block: ranges begin with one.</summary>
    public const int BlockLength = PartialSums.BlockLength;

    /// <summary>Up to so many bytes of gradient one silo adds up everything: it has the sum one message earlier, and bytes do not count.</summary>
    public const long StarBytes = 256 << 10;

    /// <summary>Blocks of the smallest bucket that is sent before more of the backward pass has ended: 256 KiB.</summary>
    private const int BucketBlocks = 16;

    /// <summary>Blocks of the smallest share of a bucket that is worth a message of its own: 64 KiB.</summary>
    private const int ShareBlocks = 4;

    /// <summary>Blocks of a message: 768 KiB. Smaller ones stay in a core's cache between receiving and adding, but their wake-ups cost more than that saves.
    /// More where a model would have too many messages, up to 4 MiB.</summary>
    private const int MessageBlocks = 48, MaxMessageBlocks = 256, MessagesPerModel = 512;

    /// <summary>
    /// Cuts a step's sum: into buckets in the order in which the backward pass completes them, each bucket into one share a silo, as equal over the whole
    /// sum as blocks allow, and shares into messages. A block that lies in two buckets belongs to the later one. A function of its arguments: all silos
    /// cut alike.
    /// </summary>
    /// <param name="layout">What stands where in the sum.</param>
    /// <param name="milestones">See <see cref="Network.GradientMilestones"/>.</param>
    /// <param name="silos">How many silos exchange, at least 1.</param>
    /// <param name="isStar">Whether the first silo adds up everything.</param>
    /// <returns>Ranges that cover the sum without gaps inside the parameters and inside the moments, in the order in which they are complete.</returns>
    public static ExchangeRange[] Cut(GradientLayout layout, IReadOnlyList<int> milestones, int silos, bool isStar)
    {
        List<(int First, int End)> buckets = Buckets(layout.ParameterCount, milestones);
        int owners = isStar ? 1 : silos, total = Blocks(layout.ParameterCount);
        int message = int.Clamp(total / MessagesPerModel, MessageBlocks, MaxMessageBlocks);
        double fair = (double)total / owners;
        var load = new int[owners];
        List<(int First, int Length, int Owner)>[] shares = [.. buckets.Select(_ => new List<(int, int, int)>())];

        // The smallest first: whoever gets one of them gets less of the others.
        foreach (int bucket in Enumerable.Range(0, buckets.Count).OrderBy(i => buckets[i].End - buckets[i].First))
        {
            (int first, int end) = buckets[bucket];
            int next = first;
            foreach ((int owner, int blocks) in Shares(Blocks(end - first), fair, load))
            {
                int length = int.Min(blocks * BlockLength, end - next);
                shares[bucket].Add((next, length, owner));
                next += length;
            }
        }

        List<ExchangeRange> ranges = [];
        if (layout.MomentCount > 0) ranges.Add(new ExchangeRange(layout.MomentStart, layout.Length - layout.MomentStart, LeastLoaded(load)));
        foreach ((int first, int length, int owner) in shares.SelectMany(share => share))
        {
            for (int done = 0; done < length; done += message * BlockLength)
                ranges.Add(new ExchangeRange(first + done, int.Min(message * BlockLength, length - done), owner));
        }

        return [.. ranges];
    }

    /// <summary>Number of blocks, of which the last may be shorter.</summary>
    /// <param name="length">Floats.</param>
    /// <returns>At least 0.</returns>
    public static int Blocks(int length) => (int)(((long)length + BlockLength - 1) / BlockLength);

    private static List<(int First, int End)> Buckets(int length, IReadOnlyList<int> milestones)
    {
        List<(int First, int End)> buckets = [];
        int end = length;
        foreach (int milestone in milestones.Reverse())
        {
            int first = (int)long.Min(end, (long)Blocks(milestone) * BlockLength);
            if (first == end || (first > 0 && end - first < BucketBlocks * BlockLength)) continue;
            buckets.Add((first, end));
            end = first;
        }

        return buckets;
    }

    /// <summary>Who adds up how many blocks of a bucket: all in proportion to what they lack of a fair share; a small bucket goes to few.</summary>
    private static List<(int Owner, int Blocks)> Shares(int blocks, double fair, int[] load)
    {
        int owners = int.Clamp(blocks / ShareBlocks, 1, load.Length);
        int[] chosen = [.. Enumerable.Range(0, load.Length).OrderBy(owner => load[owner]).ThenBy(owner => owner).Take(owners).Order()];
        double[] lack = [.. chosen.Select(owner => double.Max(fair - load[owner], 1e-3))];
        double all = lack.Sum(), known = 0;
        List<(int Owner, int Blocks)> shares = [];
        int given = 0;
        for (int i = 0; i < chosen.Length; i++)
        {
            known += lack[i];
            int until = i == chosen.Length - 1 ? blocks : (int)double.Round(blocks * known / all);
            if (until > given) shares.Add((chosen[i], until - given));
            load[chosen[i]] += until - given;
            given = until;
        }

        return shares;
    }

    private static int LeastLoaded(int[] load) => Array.IndexOf(load, load.Min());
}
