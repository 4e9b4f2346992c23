namespace DistConv.Training.Steps;

/// <summary>The sums in double that move state on, such as those of batch normalisation.</summary>
internal static unsafe class MomentSums
{
    /// <summary>destination += source, one rounding an element.</summary>
    public static void Add(double* source, double* destination, int count)
    {
        for (int i = 0; i < count; i++) destination[i] += source[i];
    }

    /// <summary>Whether all are finite.</summary>
    public static bool AllFinite(double* values, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!double.IsFinite(values[i])) return false;
        }

        return true;
    }
}
