using DistConv.Client.Exports.TensorBoard.Messages;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using Google.Protobuf;

namespace DistConv.Client.Exports.TensorBoard;

/// <summary>Pictures of the first kernels, and how the weights are distributed, at the steps of which the job keeps them.</summary>
/// <param name="jobs">Where the job is.</param>
/// <param name="job">The job.</param>
/// <param name="runs">Gets them.</param>
internal sealed class KernelSummaries(IJobSource jobs, string job, TensorBoardRuns runs)
{
    private const int Pictures = 2, Rgb = 3;

    private readonly HashSet<long> _seen = [];

    /// <summary>Whether the kernels of a step have been added.</summary>
    public bool Has(long step) => _seen.Contains(step);

    /// <summary>Adds what is kept and was not added before; of very many steps evenly chosen ones.</summary>
    /// <param name="ct">Stops the reading.</param>
    /// <exception cref="InvalidInputException">There is no such job, or the disk refuses.</exception>
    public async Task WriteNewAsync(CancellationToken ct)
    {
        JobDescription description = await jobs.DescribeAsync(job, ct);
        long[] steps = [.. description.KernelSteps.Where(_seen.Add)];
        foreach (long step in KernelAnimation.Thin(steps))
        {
            if (await TryReadAsync(description, step, ct) is not { } snapshot) continue;
            Summary summary = new();
            AddHistograms(summary, snapshot);
            AddPictures(summary, snapshot);
            runs.Write(step, snapshot.CreatedAt, summary);
        }
    }

    /// <summary>A snapshot with all weights if there is one, else the kernels.</summary>
    private async Task<Snapshot?> TryReadAsync(JobDescription description, long step, CancellationToken ct)
    {
        try
        {
            if (!description.SnapshotSteps.Contains(step)) return await jobs.ReadKernelsAsync(job, step, ct);
            SnapshotHead head = SnapshotSelection.Candidates(await jobs.OutlineAsync(job, ct), SnapshotChoice.AtStep(step))[0];
            return await jobs.ReadSnapshotAsync(job, head, ct);
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
        foreach (LayerKernels layer in moment.SmallLayers.Take(Pictures))
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
