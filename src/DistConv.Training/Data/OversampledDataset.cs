using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Specification;

namespace DistConv.Training.Data;

/// <summary>
/// The samples of an epoch with oversampling: a list of virtual samples, several of which may be one and the same sample. The first N are the training
/// samples in their order; behind them come, class by class, the further ones of a class, which go round its samples in their order
/// (docs/numerics.md, rule 17).
/// </summary>
public sealed class OversampledDataset : IDataset
{
    private readonly IDataset _data;
    private readonly int _samples;
    private readonly int[] _further;

    private OversampledDataset(IDataset data, int samples, int[] further)
    {
        _data = data;
        _samples = samples;
        _further = further;
    }

    /// <inheritdoc/>
    public int Count => _samples + _further.Length;

    /// <inheritdoc/>
    public TensorShape Shape => _data.Shape;

    /// <inheritdoc/>
    public int ClassCount => _data.ClassCount;

    /// <inheritdoc/>
    public int ReadAhead => _data.ReadAhead;

    /// <inheritdoc/>
    public void Announce(ReadOnlySpan<int> samples)
    {
        int[] real = new int[samples.Length];
        for (int i = 0; i < real.Length; i++) real[i] = SampleOf(samples[i]);
        _data.Announce(real);
    }

    /// <summary>The training samples of a job as its epochs have them.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="data">The training split; <see cref="DataChecks.EnsureFits(JobSpec, DataSource)"/> accepts it.</param>
    /// <returns>The split itself if nothing is oversampled.</returns>
    public static IDataset Of(JobSpec spec, IDataset data)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        if (spec.Oversampling is not { } wanted) return data;
        int[] counts = data.ClassCounts(0, spec.Samples), starts = new int[counts.Length], filled = new int[counts.Length];
        for (int label = 1; label < counts.Length; label++) starts[label] = starts[label - 1] + counts[label - 1];
        var byClass = new int[spec.Samples];
        for (int sample = 0; sample < spec.Samples; sample++)
        {
            int label = data.Label(sample);
            byClass[starts[label] + filled[label]++] = sample;
        }

        var further = new int[spec.EpochSamples - spec.Samples];
        int next = 0;
        for (int label = 0; label < counts.Length; label++)
        {
            for (int i = 0; i < wanted[label] - counts[label]; i++) further[next++] = byClass[starts[label] + (i % counts[label])];
        }

        return new OversampledDataset(data, spec.Samples, further);
    }

    /// <summary>What keeps a job's oversampling from fitting the data at hand.</summary>
    /// <param name="spec">The job, whose numbers of samples fit the data.</param>
    /// <param name="data">The training split.</param>
    /// <returns>The problem, or null.</returns>
    internal static SettingProblem? FindProblem(JobSpec spec, IDataset data)
    {
        if (spec.Oversampling is not { } counts) return null;
        int[] there = data.ClassCounts(0, spec.Samples);
        if (counts.Count != there.Length) return Problem($"has {counts.Count} numbers, but the data has {data.LabelText()}");
        for (int label = 0; label < there.Length; label++)
        {
            if (counts[label] < there[label] || (there[label] == 0 && counts[label] > 0)) return Problem(
                $"has {counts[label]} samples of class {label}, of which there are {there[label]}; give {there[label]}{(there[label] > 0 ? " or more" : "")}");
        }

        return null;
    }

    private static SettingProblem Problem(string problem) => new("oversampling", problem);

    /// <summary>The sample behind a virtual one.</summary>
    /// <param name="index">Virtual sample, 0 … Count − 1.</param>
    /// <returns>Its place in the training split.</returns>
    public int SampleOf(int index) => index < _samples ? index : _further[index - _samples];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => _data.Image(SampleOf(index));

    /// <inheritdoc/>
    public int Label(int index) => _data.Label(SampleOf(index));
}
