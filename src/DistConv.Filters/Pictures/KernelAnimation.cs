using DistConv.Filters.Kernels;
using DistConv.Images.Drawing;
using DistConv.Training.Specification;
using SkiaSharp;

namespace DistConv.Filters.Pictures;

/// <summary>A network's kernels at a step.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="Layers">The layers, from input to output.</param>
public sealed record KernelFrame(long Step, IReadOnlyList<LayerKernels> Layers);

/// <summary>Kernels as they change in training: a picture for each snapshot, all on one scale.</summary>
public static class KernelAnimation
{
    /// <summary>Most frames; of more snapshots, evenly chosen ones are shown.</summary>
    public const int MaxFrames = 100;

    private static readonly TimeSpan _usual = TimeSpan.FromSeconds(8), _end = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(80), _longest = TimeSpan.FromMilliseconds(500);

    /// <summary>Chooses frames evenly, the first and the last among them.</summary>
    /// <typeparam name="T">What they are made of.</typeparam>
    /// <param name="all">All there are.</param>
    /// <param name="most">How many to choose, at least 2.</param>
    /// <returns>At most that many of them.</returns>
    public static IReadOnlyList<T> Thin<T>(IReadOnlyList<T> all, int most = MaxFrames)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return all.Count <= most ? all : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * (all.Count - 1) / (most - 1))])];
    }

    /// <summary>Lays the frames out, with about eight seconds for all of them and two for the last.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="name">What the job, or the file, is called.</param>
    /// <param name="frames">By ascending step, with the same layers, at least one.</param>
    /// <param name="look">The colours.</param>
    /// <returns>Pictures of one size, and how long each is shown.</returns>
    public static IReadOnlyList<(Figure Picture, TimeSpan Duration)> Of(JobSpec spec, string name, IReadOnlyList<KernelFrame> frames, KernelLook look)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(look);
        string title = KernelTimes.Title(spec, "kernels in training"), subtitle = KernelTimes.Source(spec, name); // The step stands over each frame.
        KernelScale[] scales =
            [.. frames[0].Layers.Select((_, layer) => KernelScale.Of([.. frames.Select(frame => frame.Layers[layer])], look.Unit, look.IsGrey))];
        double share = Math.Clamp(_usual.TotalMilliseconds / frames.Count, _shortest.TotalMilliseconds, _longest.TotalMilliseconds);
        TimeSpan each = TimeSpan.FromMilliseconds(Math.Round(share));
        return [.. frames.Select((frame, i) => (Picture(frame), i == frames.Count - 1 ? _end : each))];

        Figure Picture(KernelFrame frame)
        {
            IEnumerable<Panel> layers = frame.Layers.Zip(
                scales, (layer, scale) => new Column(6, Align.Start, KernelFigure.Heading(layer), KernelPanel.Of(layer, scale), scale.Legend()));
            return new Figure(title, subtitle, new Column(18, Align.Start, [new StepBar(frame.Step, spec.TotalSteps), .. layers]));
        }
    }

    /// <summary>How far the job is, in words and as a bar; it always has the same size.</summary>
    private sealed class StepBar(long step, long totalSteps) : Panel
    {
        private const float Width = 420, BarTop = 24, BarHeight = 6;

        public override SKSize Size => new(Width, BarTop + BarHeight);

        public override void Draw(SKCanvas canvas, float x, float y)
        {
            new Label($"step {step:N0} of {totalSteps:N0}", TextStyle.Heading).Draw(canvas, x, y);
            using SKPaint paint = new() { Color = Palette.Line };
            canvas.DrawRect(x, y + BarTop, Width, BarHeight, paint);
            paint.Color = Palette.Series[0];
            canvas.DrawRect(x, y + BarTop, (float)(Width * Math.Min(1.0, (double)step / totalSteps)), BarHeight, paint);
        }
    }
}
