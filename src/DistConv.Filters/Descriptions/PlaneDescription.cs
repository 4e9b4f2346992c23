namespace DistConv.Filters.Descriptions;

/// <summary>What a kernel plane is, in words and in numbers. Shares are of the plane's energy Σ w², 0 … 1.</summary>
/// <param name="Kind">What it does; <see cref="FilterKind.Mixed"/> if that may be chance.</param>
/// <param name="Label">The same with its orientation: "vertical edge".</param>
/// <param name="Polarity">Where its weights are positive: "bright right", "dark centre"; or an empty text.</param>
/// <param name="PValue">How often untrained filters look at least as structured.</param>
/// <param name="Family">The family of kernels that it is most surprisingly near to.</param>
/// <param name="Share">Its share in that family.</param>
/// <param name="OrientationDegrees">Anticlockwise from "to the right": an edge's direction to its bright side, 0 … 360; a line's or stripes' direction, 0 …
/// 180; null for others.</param>
/// <param name="Match">The classic operator that it is most like.</param>
/// <param name="Cosine">Between both, −1 … 1; negative: it is like the negated operator.</param>
/// <param name="BasisShares">Its share in each vector of <see cref="PlaneBasis"/>; their sum is 1.</param>
/// <param name="Mean">Mean weight (DC): what an even picture gives, a tap.</param>
/// <param name="Norm">√Σ w².</param>
/// <param name="Frequency">What it does to waves.</param>
/// <param name="Symmetry">What turning and mirroring leave of it.</param>
/// <param name="SeparableShare">Its share in the best product of a column and a row (first singular value): 1 can be computed as two passes.</param>
public sealed record PlaneDescription(
    FilterKind Kind, string Label, string Polarity, double PValue, string Family, double Share, double? OrientationDegrees, string Match, double Cosine,
    IReadOnlyList<double> BasisShares, double Mean, double Norm, FrequencyResponse Frequency, Symmetry Symmetry, double SeparableShare)
{
    /// <summary>1 − <see cref="PValue"/>: the share of untrained filters that look less structured.</summary>
    public double Confidence => 1 - PValue;

    /// <summary>Whether chance gives as much structure to at most 5 % of untrained filters (<see cref="ChanceLevel.Level"/>).</summary>
    public bool IsStructured => PValue <= ChanceLevel.Level;
}

/// <summary>Shares of even and odd parts: w = (w + Rw)/2 + (w − Rw)/2, which are orthogonal, for a reflection R.</summary>
/// <param name="EvenUnderTurn">Share that a half turn leaves as it is: 1 for lines and spots, 0 for edges.</param>
/// <param name="EvenLeftRight">Share that exchanging left and right leaves as it is.</param>
/// <param name="EvenUpDown">Share that exchanging above and below leaves as it is.</param>
public sealed record Symmetry(double EvenUnderTurn, double EvenLeftRight, double EvenUpDown)
{
    internal static Symmetry Of(double[] plane, int kH, int kW)
    {
        double energy = Algebra.Energy(plane);
        double Even(bool down, bool across)
        {
            double sum = 0;
            for (int kh = 0; kh < kH; kh++)
            {
                for (int kw = 0; kw < kW; kw++)
                {
                    double mean = (plane[(kh * kW) + kw] + plane[((down ? kH - 1 - kh : kh) * kW) + (across ? kW - 1 - kw : kw)]) / 2;
                    sum += mean * mean;
                }
            }

            return energy > 0 ? sum / energy : 0;
        }

        return new Symmetry(Even(true, true), Even(false, true), Even(true, false));
    }
}
