using DistConv.Core.Augmentations;
using DistConv.Core.Buffers;
using DistConv.Core.Shapes;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>Samples as training would vary them, to look at.</summary>
public sealed unsafe class AugmentationPreview
{
    private readonly PictureAugmenter _pictures;
    private readonly SampleMixer? _mixer;
    private readonly TensorShape _shape;

    /// <summary>Makes a list ready.</summary>
    /// <param name="list">A list without problems (<see cref="AugmentationTypes.FindProblems"/>).</param>
    /// <param name="shape">The samples' shape.</param>
    /// <param name="seed">Key of the random numbers, as a job's.</param>
    public AugmentationPreview(IReadOnlyList<AugmentationSpec> list, TensorShape shape, ulong seed)
    {
        _pictures = new PictureAugmenter(list, shape, seed);
        _mixer = SampleMixer.Of(list, shape, seed);
        _shape = shape;
    }

    /// <summary>The pictures of some samples in an epoch: what a job with this seed trains on, but for mixes, which are those of the samples given.</summary>
    /// <param name="data">The training split.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <returns>The pictures in bytes, height × width × channels.</returns>
    public IReadOnlyList<byte[]> Draw(IDataset data, IReadOnlyList<int> samples, int epoch)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(samples);
        int stride = RowStride.Of(_shape.Size);
        using FloatBuffer pictures = new((long)samples.Count * stride), scratch = new(stride);
        for (int i = 0; i < samples.Count; i++)
        {
            float* picture = pictures.Pointer + ((long)i * stride);
            PixelValues.Fill(data.Image(samples[i]), new Span<float>(_pictures.StartsInScratch ? scratch.Pointer : picture, _shape.Size));
            _pictures.Apply((uint)samples[i], (uint)epoch, picture, scratch.Pointer);
        }

        if (_mixer is not null)
        {
            int[] partners = new int[samples.Count];
            _mixer.DrawPartners(partners, shard: 0, (uint)epoch);
            _mixer.BlendAll(_mixer.Draw(shard: 0, (uint)epoch), partners, pictures.Pointer, stride, scratch.Pointer);
        }

        byte[][] bytes = new byte[samples.Count][];
        for (int i = 0; i < samples.Count; i++) bytes[i] = ToBytes(new ReadOnlySpan<float>(pictures.Pointer + ((long)i * stride), _shape.Size));
        return bytes;
    }

    private static byte[] ToBytes(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)float.Clamp(float.Floor((values[i] * 255f) + 0.5f), 0f, 255f);
        return bytes;
    }
}
