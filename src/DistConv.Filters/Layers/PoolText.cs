using DistConv.Core.Layers;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>The explanation of a pooling layer.</summary>
internal static class PoolText
{
    public static LayerExplanation Of(LayerPlan plan, Pool2DSpec pool, bool isMax)
    {
        Pool2DShape shape = pool.Shape(plan.Input);
        string formula = $"y[r, c, m] = {(isMax ? "max" : "mean")} x[{pool.StrideH}·r + i{Less(shape.PadTop)}, {pool.StrideW}·c + j{Less(shape.PadLeft)}, m],  "
            + $"i = 0…{pool.PoolH - 1}, j = 0…{pool.PoolW - 1}";
        string example = isMax ? "max = 7" : "mean = (1 + 3 + 7 + 5) / 4 = 4";
        string kept = isMax ? "the largest: whether a feature is there, not exactly where" : "the mean";
        string rows = pool.Padding == Padding.Same ? $"⌈{shape.InH}/{pool.StrideH}⌉" : $"⌊({shape.InH} - {pool.PoolH})/{pool.StrideH}⌋ + 1";
        string columns = pool.Padding == Padding.Same ? $"⌈{shape.InW}/{pool.StrideW}⌉" : $"⌊({shape.InW} - {pool.PoolW})/{pool.StrideW}⌋ + 1";
        return new LayerExplanation(plan,
        [
            ("What it computes",
                $"Of each window of {pool.PoolH}×{pool.PoolW} values of a channel it keeps {kept}.\n\n    {formula}\n\n"
                + "It treats each channel by itself. The picture gets smaller, so the layers behind it see more of it at once, and cost less."),
            ("An example", $"    1 3\n    7 5    {example}"),
            ($"The output: {shape.OutH}×{shape.OutW}×{shape.Channels}",
                $"Rows: {rows} = {shape.OutH}; columns: {columns} = {shape.OutW}; as many channels as before."),
            ("Parameters", "None: nothing here is learned."),
            ("Cost", $"{shape.Taps:N0} {(isMax ? "comparisons" : "additions")} a picture; no multiply-adds are counted."),
        ])
        {
            Formula = formula,
        };
    }

    private static string Less(int pad) => pad > 0 ? $" - {pad}" : "";
}
