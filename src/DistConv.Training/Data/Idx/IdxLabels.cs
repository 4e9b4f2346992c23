using DistConv.Core;

namespace DistConv.Training.Data.Idx;

/// <summary>
/// What a label file says of its samples. Whole numbers in one dimension are classes. A second dimension gives each sample several numbers, and floating point
/// gives it numbers in any case: they are several labels if all of them are 0 or 1, otherwise numbers. Of QMNIST's files (int32, N × 8) column 0 is the class.
/// </summary>
/// <param name="Kind">What the samples are labelled with.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="Classes">Their classes; empty if they have targets.</param>
/// <param name="Targets">Their targets, sample by sample; empty if they have a class.</param>
internal sealed record IdxLabels(LabelKind Kind, int Count, byte[] Classes, float[] Targets)
{
    private const int QmnistColumns = 8;

    /// <summary>Targets of a sample.</summary>
    public int TargetCount => Targets.Length / Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, packed by gzip or not.</param>
    /// <exception cref="InvalidInputException">It is no label file, damaged, or a label is out of range.</exception>
    public static IdxLabels Read(string path)
    {
        (uint magic, uint[] sizes, byte[] values) = IdxFile.ReadLabelTable(path);
        return Of(path, (byte)(magic >> 8), sizes, values);
    }

    /// <summary>Makes labels of what a file holds.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="type">The type of its values.</param>
    /// <param name="sizes">Its one or two dimensions.</param>
    /// <param name="values">Its values.</param>
    /// <exception cref="InvalidInputException">A label is out of range.</exception>
    public static IdxLabels Of(string path, byte type, uint[] sizes, byte[] values)
    {
        int count = (int)sizes[0], columns = sizes.Length > 1 ? (int)sizes[1] : 1;
        if (type == IdxFile.UnsignedByte && columns == 1) return new IdxLabels(LabelKind.Class, count, values, []);
        bool isReal = type is IdxFile.Float or IdxFile.Double, isQmnist = type == IdxFile.Int && columns == QmnistColumns;
        double[] numbers = [.. Enumerable.Range(0, count * columns).Select(at => IdxScale.Decode(values, type, at))];
        int bad = Array.FindIndex(numbers, number => !float.IsFinite((float)number));
        if (bad >= 0) throw new InvalidInputException($"'{path}' has {numbers[bad]} at sample {bad / columns}; labels must be finite numbers");
        if (!isReal && (columns == 1 || isQmnist))
            return new IdxLabels(LabelKind.Class, count, [.. Enumerable.Range(0, count).Select(at => ToClass(path, numbers[at * columns], at))], []);
        bool areBinary = columns > 1 && numbers.All(number => number is 0 or 1);
        return new IdxLabels(areBinary ? LabelKind.Several : LabelKind.Numbers, count, [], [.. numbers.Select(number => (float)number)]);
    }

    private static byte ToClass(string path, double label, int sample) => label is >= 0 and <= byte.MaxValue
        ? (byte)label
        : throw new InvalidInputException($"'{path}' has the label {label} at sample {sample}; labels must be 0 to {byte.MaxValue}");
}
