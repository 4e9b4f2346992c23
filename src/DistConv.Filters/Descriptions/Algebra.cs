namespace DistConv.Filters.Descriptions;

/// <summary>Planes as vectors of kH · kW numbers, row after row.</summary>
internal static class Algebra
{
    private const int MaxIterations = 100;

    /// <summary>Σ aᵢ bᵢ.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Σ aᵢ².</summary>
    public static double Energy(ReadOnlySpan<double> a) => Dot(a, a);

    /// <summary>a · b / (‖a‖ ‖b‖); 0 if one of them is 0.</summary>
    public static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double scale = Math.Sqrt(Energy(a) * Energy(b));
        return scale > 0 ? Math.Clamp(Dot(a, b) / scale, -1, 1) : 0;
    }

    /// <summary>Single precision made double.</summary>
    public static double[] Of(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (int i = 0; i < result.Length; i++) result[i] = values[i];
        return result;
    }

    /// <summary>A value for each tap, from its distance to the middle: x to the right, y upwards.</summary>
    public static double[] Plane(int kH, int kW, Func<double, double, double> value)
    {
        var plane = new double[kH * kW];
        for (int kh = 0; kh < kH; kh++)
        {
            for (int kw = 0; kw < kW; kw++) plane[(kh * kW) + kw] = value(kw - ((kW - 1) / 2.0), ((kH - 1) / 2.0) - kh);
        }

        return plane;
    }

    /// <summary>The vector less its mean.</summary>
    public static double[] WithoutMean(double[] vector)
    {
        double mean = vector.Average();
        return [.. vector.Select(value => value - mean)];
    }

    /// <summary>An orthonormal basis of what some vectors span (Gram–Schmidt, each twice, so that rounding does not add up); dependent ones fall
    /// away.</summary>
    public static double[][] Orthonormal(IEnumerable<double[]> vectors)
    {
        List<double[]> basis = [];
        foreach (double[] vector in vectors)
        {
            double[] rest = [.. vector];
            double before = Math.Sqrt(Energy(rest));
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] known in basis) Subtract(rest, known, Dot(rest, known));
            }

            double norm = Math.Sqrt(Energy(rest));
            if (norm <= 1e-9 * before || norm == 0) continue;
            for (int i = 0; i < rest.Length; i++) rest[i] /= norm;
            basis.Add(rest);
        }

        return [.. basis];
    }

    /// <summary>The largest singular value, squared, of a matrix and its right singular vector, by power iteration on AᵀA.</summary>
    /// <param name="matrix">rows × columns values.</param>
    /// <param name="columns">Length of a row.</param>
    /// <returns>σ₁² and v₁; both 0 for a matrix of zeros.</returns>
    public static (double Energy, double[] Right) LargestSingular(ReadOnlySpan<double> matrix, int columns)
    {
        var gram = new double[columns * columns];
        for (int row = 0; row < matrix.Length; row += columns)
        {
            for (int i = 0; i < columns; i++) Subtract(gram.AsSpan(i * columns, columns), matrix.Slice(row, columns), -matrix[row + i]);
        }

        int start = 0;
        for (int i = 1; i < columns; i++)
        {
            if (gram[(i * columns) + i] > gram[(start * columns) + start]) start = i;
        }

        double[] vector = gram[(start * columns)..((start + 1) * columns)], next = new double[columns];
        double norm = Math.Sqrt(Energy(vector)), value = 0;
        for (int i = 0; i < columns && norm > 0; i++) vector[i] /= norm;
        for (int iteration = 0; iteration < MaxIterations && norm > 0; iteration++)
        {
            for (int i = 0; i < columns; i++) next[i] = Dot(gram.AsSpan(i * columns, columns), vector);
            norm = Math.Sqrt(Energy(next));
            for (int i = 0; i < columns && norm > 0; i++) next[i] /= norm;
            (vector, next) = (next, vector);
            if (Math.Abs(norm - value) <= 1e-14 * norm) break;
            value = norm;
        }

        return (norm, vector);
    }

    private static void Subtract(Span<double> from, ReadOnlySpan<double> vector, double factor)
    {
        for (int i = 0; i < from.Length; i++) from[i] -= factor * vector[i];
    }
}
