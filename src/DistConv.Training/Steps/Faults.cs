using System.Globalization;

namespace DistConv.Training.Steps;

/// <summary>
/// Faults that tests inject into a replica, since data of bytes hold no NaN and memory seldom fails. Only code that sees the internals of this assembly
/// can ask for them: no option, file or environment variable of a released program does.
/// </summary>
/// <param name="PoisonedSample">A training sample whose input is NaN.</param>
/// <param name="Flip">A bit of a weight that falls over.</param>
internal sealed record Faults(int? PoisonedSample = null, FlippedWeight? Flip = null)
{
    /// <summary>What replicas of this process are made with: for test programs that are a silo.</summary>
    public static Faults? OfNewReplicas { get; set; }

    /// <summary>Reads what a test program was told: "sample=4711" or "flip=STEP:INDEX:BIT", or both with a comma between.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The faults.</returns>
    /// <exception cref="FormatException">It says something else.</exception>
    public static Faults Parse(string text)
    {
        var faults = new Faults();
        foreach (string part in text.Split(','))
        {
            faults = part.Split('=', ':') switch
            {
                ["sample", var sample] => faults with { PoisonedSample = int.Parse(sample, CultureInfo.InvariantCulture) },
                ["flip", var step, var index, var bit] => faults with
                {
                    Flip = new FlippedWeight(
                        long.Parse(step, CultureInfo.InvariantCulture), int.Parse(index, CultureInfo.InvariantCulture),
                            int.Parse(bit, CultureInfo.InvariantCulture)),
                },
                _ => throw new FormatException($"'{part}' is no fault"),
            };
        }

        return faults;
    }

    /// <summary>Spoils a row that holds the poisoned sample.</summary>
    public unsafe void Poison(SampleRows rows, int row)
    {
        if (rows.Samples[row] == PoisonedSample) new Span<float>(rows.Output(-1, row, 0), rows.Network.Plan.Model.Input.Size).Fill(float.NaN);
    }

    /// <summary>Flips the bit, if it is this step's update that it falls over after.</summary>
    public void FlipAfter(long step, Span<float> weights)
    {
        if (Flip is not { } flip || flip.Step != step) return;
        weights[flip.Index] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(weights[flip.Index]) ^ (1 << flip.Bit));
    }
}

/// <summary>A bit of a weight that falls over.</summary>
/// <param name="Step">The step after whose update it does.</param>
/// <param name="Index">The parameter.</param>
/// <param name="Bit">0 … 31, from the lowest.</param>
internal readonly record struct FlippedWeight(long Step, int Index, int Bit);
