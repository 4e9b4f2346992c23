using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>
/// Varies single pictures by a job's list, in its order. What it draws is a function of seed, place in the list, sample and epoch (docs/numerics.md, rule 16).
/// Entries that mix samples are not its business. It may be shared by threads.
/// </summary>
public sealed unsafe class PictureAugmenter
{
    private readonly PictureVariation[] _variations;

    /// <summary>Makes a list ready.</summary>
    /// <param name="list">A list without problems (<see cref="AugmentationTypes.FindProblems"/>).</param>
    /// <param name="shape">The pictures' shape.</param>
    /// <param name="seed">Key of the random numbers.</param>
    public PictureAugmenter(IReadOnlyList<AugmentationSpec> list, TensorShape shape, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(list);
        List<PictureVariation> variations = [];
        for (int place = 0; place < list.Count;)
        {
            int count = 1;
            if (IsAffine(list[place]))
            {
                while (place + count < list.Count && IsAffine(list[place + count])) count++;
                variations.Add(new AffineVariation(list, place, count, shape, seed));
            }
            else if (Create(list[place], place, shape, seed) is { } variation)
            {
                variations.Add(variation);
            }

            place += count;
        }

        _variations = [.. variations];
        StartsInScratch = variations.Count(variation => variation.Moves) % 2 == 1;
    }

    /// <summary>Whether it changes anything.</summary>
    public bool IsEmpty => _variations.Length == 0;

    /// <summary>Where <see cref="Apply"/> expects the picture: in its scratch memory, or where the result will be.</summary>
    public bool StartsInScratch { get; }

    /// <summary>Varies a picture.</summary>
    /// <param name="sample">The sample: its number among those that an epoch uses.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="picture">height × width × channels values from 0 to 1, unless it <see cref="StartsInScratch"/>; overwritten with the result.</param>
    /// <param name="scratch">As many, overwritten; the picture, if it <see cref="StartsInScratch"/>.</param>
    public void Apply(uint sample, uint epoch, float* picture, float* scratch)
    {
        float* now = StartsInScratch ? scratch : picture, other = StartsInScratch ? picture : scratch;
        foreach (PictureVariation variation in _variations)
        {
            variation.Apply(sample, epoch, now, variation.Moves ? other : now);
            if (!variation.Moves) continue;
            float* next = other;
            other = now;
            now = next;
        }
    }

    private static bool IsAffine(AugmentationSpec entry) => AugmentationTypes.Find(entry.Name) is { IsAffine: true };

    private static PictureVariation? Create(AugmentationSpec entry, int place, TensorShape shape, ulong seed) => entry.Name switch
    {
        "crop" => new CropVariation(shape, (int)entry.Amount, PictureVariation.Field(seed, place)),
        "contrast" => new ContrastVariation(shape, entry.Amount, PictureVariation.Field(seed, place)),
        "brightness" => new BrightnessVariation(shape, entry.Amount, PictureVariation.Field(seed, place)),
        "erase" => new EraseVariation(shape, entry.Amount, PictureVariation.Field(seed, place)),
        "mixup" or "cutmix" => null,
        _ => throw new ArgumentException($"augmentation '{entry.Name}' is unknown", nameof(entry)),
    };
}
