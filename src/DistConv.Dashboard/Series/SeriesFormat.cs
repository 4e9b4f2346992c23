using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using DistConv.Dashboard.Api;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Series;

/// <summary>
/// Steps as bytes, little-endian: "DCS1", then as 32-bit numbers the columns, the buckets, 0, and the length of a JSON header, which follows and is padded with
/// spaces so that what comes after it is aligned to 8 bytes. Then for each bucket its last step, that step's time in seconds since 1970, and the samples up to
/// it, as doubles; then for each column minimum, maximum and last value of each bucket, as floats. NaN: not known. A bucket never holds a mean, which would
/// hide spikes.
/// </summary>
internal static class SeriesFormat
{
    /// <summary>The fewest buckets that can be asked for.</summary>
    public const int MinBuckets = 10;

    /// <summary>The most buckets that can be asked for.</summary>
    public const int MaxBuckets = 4000;

    /// <summary>The number of buckets if none is asked for.</summary>
    public const int DefaultBuckets = 1000;

    private const int Alignment = 8, FixedBytes = 20, DoublesOfBucket = 3, FloatsOfColumn = 3;

    /// <summary>Writes steps.</summary>
    /// <param name="columns">The record.</param>
    /// <param name="cursor">Up to where the record has been read.</param>
    /// <param name="wanted">The columns that are wanted: what the answer calls them, and what the record does.</param>
    /// <param name="from">The first step.</param>
    /// <param name="to">The last step.</param>
    /// <param name="maxBuckets">How many buckets there may be; with fewer steps each has a bucket of its own.</param>
    public static byte[] Write(
        StepColumns columns, RecordCursor cursor, IReadOnlyList<(string Name, string Column)> wanted, long from, long to, int maxBuckets)
    {
        string[] names = [.. wanted.Select(column => column.Name)];
        int first = columns.IndexOf(from), end = to == long.MaxValue ? columns.Count : columns.IndexOf(to + 1);
        int steps = int.Max(0, end - first), buckets = int.Min(steps, maxBuckets);
        byte[] header = Header(new SeriesHeader(
            names, cursor.ToString(), steps > 0 ? columns.Step(first) : null, steps > 0 ? columns.Step(end - 1) : null, steps));
        byte[] bytes = new byte[FixedBytes + header.Length + (buckets * ((8 * DoublesOfBucket) + (4 * FloatsOfColumn * names.Length)))];
        "DCS1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), names.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), buckets);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), header.Length);
        header.CopyTo(bytes, FixedBytes);
        int at = FixedBytes + header.Length;
        WriteBuckets(MemoryMarshal.Cast<byte, double>(bytes.AsSpan(at, 8 * DoublesOfBucket * buckets)), columns, first, steps, buckets);
        at += 8 * DoublesOfBucket * buckets;
        foreach ((_, string name) in wanted)
        {
            Span<float> values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at, 4 * FloatsOfColumn * buckets));
            WriteColumn(values, columns.Column(name), first, steps, buckets);
            at += 4 * FloatsOfColumn * buckets;
        }

        return bytes;
    }

    /// <summary>At most so many values, evenly over the record.</summary>
    public static IReadOnlyList<double> Sample(ReadOnlySpan<float> values, int count)
    {
        int taken = int.Min(values.Length, count);
        double[] sample = new double[taken];
        for (int i = 0; i < taken; i++) sample[i] = values[taken == 1 ? 0 : (int)((long)i * (values.Length - 1) / (taken - 1))];
        return sample;
    }

    private static byte[] Header(SeriesHeader header)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header, DashboardJson.Default.SeriesHeader);
        int padding = (Alignment - ((FixedBytes + json.Length) % Alignment)) % Alignment;
        byte[] padded = new byte[json.Length + padding];
        Array.Fill(padded, (byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }

    private static void WriteBuckets(Span<double> target, StepColumns columns, int first, int steps, int buckets)
    {
        ReadOnlySpan<float> samples = columns.Column("samples");
        double sum = 0;
        int summed = 0;
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            int last = first + End(bucket, steps, buckets) - 1;
            for (; summed <= last; summed++) sum += samples[summed];
            target[bucket] = columns.Step(last);
            target[buckets + bucket] = columns.Time(last);
            target[(2 * buckets) + bucket] = sum;
        }
    }

    private static void WriteColumn(Span<float> target, ReadOnlySpan<float> values, int first, int steps, int buckets)
    {
        target.Fill(float.NaN);
        if (values.IsEmpty) return;
        int begin = first;
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            int end = first + End(bucket, steps, buckets);
            float min = float.NaN, max = float.NaN, last = float.NaN;
            for (; begin < end; begin++)
            {
                float value = values[begin];
                if (float.IsNaN(value)) continue;
                if (!(min <= value)) min = value;
                if (!(max >= value)) max = value;
                last = value;
            }

            target[bucket] = min;
            target[buckets + bucket] = max;
            target[(2 * buckets) + bucket] = last;
        }
    }

    private static int End(int bucket, int steps, int buckets) => (int)((bucket + 1L) * steps / buckets);
}
