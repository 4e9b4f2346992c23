using DistConv.Client.Exports.TensorBoard.Messages;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using DistConv.Training.Snapshots;
using Google.Protobuf;

namespace DistConv.Client.Exports.TensorBoard;

/// <summary>Pictures of the kernels at a step, and how its weights are distributed.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="CreatedAt">When they were kept.</param>
/// <param name="Summary">The message.</param>
internal readonly record struct KernelSummary(long Step, DateTimeOffset CreatedAt, Summary Summary);

/// <summary>Pictures of the first kernels, and how the weights are distributed, at the steps of which the job keeps them.</summary>
/// <param name="jobs">Where the job is.</param>
/// <param name="job">The job.</param>
/// <param name="runs">Gets them.</param>
internal sealed class KernelSummaries(IJobSource jobs, string job, TensorBoardRuns runs)
{
    private const int PicturedLayers = 2, Rgb = 3;

    /// <summary>TensorBoard shows ten pictures of a tag unless it is told otherwise.</summary>
    private const int MaxPictures = 10, MaxHistograms = 50;

    private readonly HashSet<long> _seen = [];

    /// <summary>Whether the kernels of a step have been added.</summary>
    public bool Has(long step) => _seen.Contains(step);

    /// <summary>Adds what is kept and was not added before; of many steps evenly chosen ones.</summary>
    /// <param name="ct">Stops the reading.</param>
    /// <exception cref="InvalidInputException">There is no such job, or the disk refuses.</exception>
    public async Task WriteNewAsync(CancellationToken ct)
    {
        foreach (KernelSummary kept in await ReadNewAsync(ct)) Write(kept);
    }

    /// <summary>Reads what is kept and was not read before; of many steps evenly chosen ones.</summary>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>By ascending step.</returns>
    /// <exception cref="InvalidInputException">There is no such job.</exception>
    public async Task<IReadOnlyList<KernelSummary>> ReadNewAsync(CancellationToken ct)
    {
        long[] steps = [.. (await jobs.DescribeAsync(job, ct)).KernelSteps.Where(_seen.Add)];
        JobOutline outline = await jobs.OutlineAsync(job, ct);
        HashSet<long> pictured = [.. KernelAnimation.Thin(steps, MaxPictures)];
        List<KernelSummary> summaries = [];
        foreach (long step in KernelAnimation.Thin(steps, MaxHistograms).Concat(pictured).Distinct().Order())
        {
            if (await TryReadAsync(outline, step, ct) is not { } snapshot) continue;
            Summary summary = new();
            AddHistograms(summary, snapshot);
            if (pictured.Contains(step)) AddPictures(summary, snapshot);
            summaries.Add(new KernelSummary(step, snapshot.CreatedAt, summary));
        }

        return summaries;
    }

    /// <summary>Adds what was read.</summary>
    /// <exception cref="InvalidInputException">The disk refuses.</exception>
    public void Write(KernelSummary kept) => runs.Write(kept.Step, kept.CreatedAt, kept.Summary);

    /// <summary>A snapshot with all weights if there is one, else the kernels.</summary>
    private async Task<Snapshot?> TryReadAsync(JobOutline outline, long step, CancellationToken ct)
    {
        try
        {
            return outline.At(step) is { } head
                ? await jobs.ReadSnapshotAsync(job, head, ct)
                : await jobs.ReadKernelsAsync(job, step, ct);
        }
        catch (InvalidInputException e)
        {
            jobs.Warn($"the weights of step {step} were skipped: {e.Message}"); // Damaged, or thinned out since they were listed.
            return null;
        }
    }

    private static void AddHistograms(Summary summary, Snapshot snapshot)
    {
        foreach (SnapshotTensor tensor in snapshot.Tensors.Where(tensor => tensor.IsOfNetwork))
            summary.Value.Add(new Summary.Types.Value { Tag = $"weights/{tensor.Name}", Histo = Histogram(tensor.Values.Span) });
    }

    private static Histogram Histogram(ReadOnlySpan<float> values)
    {
        WeightHistogram weights = WeightHistogram.Of(values);
        double sum = 0, squares = 0, width = ((double)weights.Max - weights.Min) / weights.Counts.Count;
        foreach (float value in values) (sum, squares) = (sum + value, squares + ((double)value * value));
        Histogram histogram = new() { Min = weights.Min, Max = weights.Max, Num = values.Length, Sum = sum, SumSquares = squares };
        foreach ((int i, int count) in weights.Counts.Index())
        {
            histogram.BucketLimit.Add(i == weights.Counts.Count - 1 ? weights.Max : weights.Min + ((i + 1) * width));
            histogram.Bucket.Add(count);
        }

        return histogram;
    }

    private void AddPictures(Summary summary, Snapshot snapshot)
    {
        KernelMoment moment = KernelTimes.Of(snapshot, $"{job}@{snapshot.Step}");
        foreach (LayerKernels layer in moment.SmallLayers.Take(PicturedLayers))
        {
            PngPicture picture = KernelFigure.Of(
                KernelTimes.Title(snapshot.Spec, "kernels"), KernelTimes.Subtitle(snapshot, $"job {job}"), [moment with { Layers = [layer] }],
                new KernelLook()).Encode(pixelsPerPoint: 1);
            summary.Value.Add(new Summary.Types.Value
            {
                Tag = $"kernels/{layer.Name}",
                Image = new Summary.Types.Image
                {
                    Width = picture.Width,
                    Height = picture.Height,
                    Colorspace = Rgb,
                    EncodedImageString = UnsafeByteOperations.UnsafeWrap(picture.Bytes),
                },
            });
        }
    }
}
