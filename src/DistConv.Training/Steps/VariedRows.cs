using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;

namespace DistConv.Training.Steps;

/// <summary>
/// The samples of <see cref="SampleRows"/> as training varies them: loads each with the job's augmentation, mixes those of a shard, and judges a mixed one by
/// both labels.
/// </summary>
internal sealed unsafe class VariedRows : IDisposable
{
    private readonly SampleRows _rows;
    private readonly SampleAugmentation _augmentation;
    private readonly FloatBuffer _loading;
    private readonly FloatBuffer _mixing;
    private readonly FloatBuffer _targets;
    private readonly long _loadingStride;
    private readonly long _mixingStride;
    private readonly int[] _partners;
    private readonly int[] _labels;
    private readonly float[] _shares;

    public VariedRows(SampleRows rows, SampleAugmentation augmentation, ComputePool pool)
    {
        (_rows, _augmentation) = (rows, augmentation);
        int input = rows.Network.Plan.Model.Input.Size, mixed = Mixes ? rows.Capacity : 0;
        _loadingStride = RowStride.Of(input);
        _mixingStride = Mixes ? RowStride.Of(int.Max(input, rows.Network.Plan.Output.Size)) : 0;
        _loading = new FloatBuffer(_loadingStride * pool.Threads);
        _mixing = new FloatBuffer(_mixingStride * pool.Threads);
        _targets = new FloatBuffer((long)mixed * rows.Loss.TargetCount);
        _partners = new int[mixed];
        _labels = new int[mixed];
        _shares = new float[mixed];
    }

    /// <summary>Whether samples are mixed with each other.</summary>
    public bool Mixes => _augmentation.Mixer is not null;

    /// <summary>Floats that a job's augmentation needs, as <see cref="MemoryEstimate"/> counts them.</summary>
    /// <param name="input">Values of a sample.</param>
    /// <param name="output">Logits.</param>
    /// <param name="threads">Compute threads.</param>
    public static long Floats(int input, int output, int threads) => (long)threads * (RowStride.Of(input) + RowStride.Of(int.Max(input, output)));

    /// <summary>Loads a row's sample as an epoch varies it; not mixed yet.</summary>
    public void Load(int row, int thread, IDataset data, uint step)
    {
        _rows.LoadLabel(row, data);
        if (Mixes) _shares[row] = 1f;
        LoadPicture(_rows.Samples[row], _rows.Output(-1, row, thread), thread, data, step);
    }

    /// <summary>Mixes the rows of a shard, all of which are loaded.</summary>
    public void Mix(int shard, int first, int count, uint step, int thread)
    {
        SampleMix mix = _augmentation.Mixer!.Draw(shard, step);
        Span<int> partners = _partners.AsSpan(first, count);
        _augmentation.Mixer.DrawPartners(partners, shard, step);
        for (int i = 0; i < count; i++)
        {
            if (partners[i] != i) Note(first + i, mix.Share, _rows.Labels[first + partners[i]], _rows.Targets(first + partners[i]));
        }

        float* pictures = _rows.Output(-1, first, thread);
        long stride = count > 1 ? _rows.Output(-1, first + 1, thread) - pictures : 0;
        _augmentation.Mixer.BlendAll(mix, partners, pictures, stride, Second(thread));
    }

    /// <summary>Who the samples of a shard are mixed with in a step: their partners' places, from 0.</summary>
    public int[] PartnersOf(int shard, int count, uint step)
    {
        int[] partners = new int[count];
        _augmentation.Mixer!.DrawPartners(partners, shard, step);
        return partners;
    }

    /// <summary>Mixes one loaded row with a sample that is in no row.</summary>
    public void MixWith(int partner, int row, int shard, int thread, IDataset data, uint step)
    {
        if (partner == _rows.Samples[row]) return;
        SampleMix mix = _augmentation.Mixer!.Draw(shard, step);
        LoadPicture(partner, Second(thread), thread, data, step);
        _augmentation.Mixer.Blend(mix, _rows.Output(-1, row, thread), Second(thread));
        fixed (float* targets = data.Targets(partner)) Note(row, mix.Share, data.Label(partner), targets);
    }

    /// <summary>Loss of a row's logits in training and their gradient: of a mixed row, share · that of its own label + (1 − share) · that of its partner's. It
    /// is a hit if the label with the larger share is hit.</summary>
    public (double Loss, bool Correct) LossOf(int row, int thread, float* logits, float* gradient)
    {
        LossFunction loss = _rows.Loss.Training;
        (double Loss, bool Correct) own = loss.Of(logits, _rows.Labels[row], _rows.Targets(row), _rows.Scratch(thread), gradient);
        if (!Mixes || _shares[row] == 1f) return own;
        float share = _shares[row], rest = 1f - share;
        float* second = Second(thread);
        (double Loss, bool Correct) other = loss.Of(logits, _labels[row], TargetsOf(row), _rows.Scratch(thread), second);
        int units = _rows.Network.Plan.Output.Size;
        for (int unit = 0; unit < units; unit++) gradient[unit] = MathF.FusedMultiplyAdd(share, gradient[unit], rest * second[unit]);
        return (Math.FusedMultiplyAdd(share, own.Loss, rest * other.Loss), share >= 0.5f ? own.Correct : other.Correct);
    }

    public void Dispose()
    {
        _loading.Dispose();
        _mixing.Dispose();
        _targets.Dispose();
    }

    private void LoadPicture(int sample, float* picture, int thread, IDataset data, uint step)
    {
        float* scratch = _loading.Pointer + (thread * _loadingStride);
        ReadOnlySpan<byte> pixels = data.Image(sample);
        PixelValues.Fill(pixels, new Span<float>(_augmentation.Pictures.StartsInScratch ? scratch : picture, pixels.Length));
        _augmentation.Pictures.Apply((uint)sample, _augmentation.EpochOf(step), picture, scratch);
    }

    private void Note(int row, float share, int label, float* targets)
    {
        (_shares[row], _labels[row]) = (share, label);
        int count = _rows.Loss.TargetCount;
        if (count > 0) new ReadOnlySpan<float>(targets, count).CopyTo(new Span<float>(TargetsOf(row), count));
    }

    /// <summary>A thread's memory for a second sample or a second gradient.</summary>
    private float* Second(int thread) => _mixing.Pointer + (thread * _mixingStride);

    private float* TargetsOf(int row) => _rows.Loss.TargetCount == 0 ? null : _targets.Pointer + ((long)row * _rows.Loss.TargetCount);
}
