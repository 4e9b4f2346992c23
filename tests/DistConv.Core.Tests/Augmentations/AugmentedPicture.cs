using DistConv.Core.Augmentations;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Augmentations;

/// <summary>What docs/numerics.md, rule 16, says about single samples, in double and slowly. Neighbouring maps are applied to places one
/// after the other.</summary>
internal sealed class AugmentedPicture(TensorShape shape, ulong seed)
{
    public double[] Apply(AugmentationSpec[] list, double[] x, uint sample, uint epoch)
    {
        for (int place = 0; place < list.Length; place++)
        {
            int first = place;
            if (!IsAffine(list[place]))
            {
                x = ApplyOne(list[place], x, word => Word(place, word, sample, epoch));
                continue;
            }

            while (place + 1 < list.Length && IsAffine(list[place + 1])) place++;
            x = Sample(list, first, place, x, sample, epoch);
        }

        return x;
    }

    private static bool IsAffine(AugmentationSpec entry) => entry.Name is "flip" or "vflip" or "shift" or "rotate" or "zoom";

    private uint Word(int place, uint index, uint sample, uint epoch) =>
        new RandomField(seed, RandomPurpose.SampleVariation, place).UInt32(index, sample, epoch);

    private static double Around(uint word, double amount) => (((word + 0.5) / 4294967296.0 * 2) - 1) * amount;

    private double[] ApplyOne(AugmentationSpec entry, double[] x, Func<uint, uint> words)
    {
        (int height, int width, int channels) = (shape.Height, shape.Width, shape.Channels);
        switch (entry.Name)
        {
            case "crop":
                int pixels = (int)entry.Amount, top = Below(words(0), (2 * pixels) + 1) - pixels, left = Below(words(1), (2 * pixels) + 1) - pixels;
                return Each((h, w, c) => h + top < 0 || h + top >= height || w + left < 0 || w + left >= width ? 0 : x[At(h + top, w + left, c)]);
            case "contrast":
                double[] means = [.. Enumerable.Range(0, channels).Select(c => x.Where((_, i) => i % channels == c).Average())];
                double factor = 1 + Around(words(0), entry.Amount);
                return [.. x.Select((value, i) => Math.Clamp(means[i % channels] + ((value - means[i % channels]) * factor), 0, 1))];
            case "brightness":
                return [.. x.Select(value => Math.Clamp(value + Around(words(0), entry.Amount), 0, 1))];
            case "erase":
                if (words(0) / 4294967296.0 >= entry.Amount) return x;
                double area = height * width * (0.02 + (0.31 * (words(1) + 0.5) / 4294967296.0));
                double sides = Math.Exp(Around(words(2), Math.Log(1 / 0.3)));
                int rows = Math.Clamp((int)Math.Floor(Math.Sqrt(area * sides) + 0.5), 1, height), columns = Math.Clamp(
                    (int)Math.Floor(Math.Sqrt(area / sides) + 0.5), 1, width);
                int firstRow = Below(words(3), height - rows + 1), firstColumn = Below(words(4), width - columns + 1);
                return Each((h, w, c) => h >= firstRow && h < firstRow + rows && w >= firstColumn && w < firstColumn + columns ? 0 : x[At(h, w, c)]);
            case "mixup" or "cutmix":
                return x;
            default:
                throw new ArgumentException(entry.Name, nameof(entry));
        }
    }

    private double[] Sample(AugmentationSpec[] list, int first, int last, double[] x, uint sample, uint epoch)
    {
        double centreH = (shape.Height - 1) / 2.0, centreW = (shape.Width - 1) / 2.0;
        return Each((h, w, c) =>
        {
            (double row, double column) = (h - centreH, w - centreW);
            for (int place = last; place >= first; place--)
            {
                uint word = Word(place, 0, sample, epoch);
                double amount = list[place].Amount, drawn = Around(word, amount);
                (double cos, double sin) = (Math.Cos(drawn * Math.PI / 180), Math.Sin(drawn * Math.PI / 180));
                (row, column) = list[place].Name switch
                {
                    "flip" => (row, word < 1u << 31 ? -column : column),
                    "vflip" => (word < 1u << 31 ? -row : row, column),
                    "shift" => (row - (drawn * shape.Height), column - (Around(Word(place, 1, sample, epoch), amount) * shape.Width)),
                    "rotate" => ((cos * row) + (sin * column), (cos * column) - (sin * row)),
                    _ => (row * (1 + drawn), column * (1 + drawn)),
                };
            }

            return Bilinear(x, row + centreH, column + centreW, c);
        });
    }

    private double Bilinear(double[] x, double row, double column, int c)
    {
        double up = Math.Floor(row), left = Math.Floor(column), f = row - up, g = column - left;
        return ((1 - f) * (((1 - g) * Pixel(0, 0)) + (g * Pixel(0, 1)))) + (f * (((1 - g) * Pixel(1, 0)) + (g * Pixel(1, 1))));

        double Pixel(int down, int right) => x[At(Mirror((int)up + down, shape.Height), Mirror((int)left + right, shape.Width), c)];
    }

    private static int Mirror(int place, int size)
    {
        while (place < 0 || place >= size) place = place < 0 ? -1 - place : (2 * size) - 1 - place;
        return place;
    }

    private static int Below(uint word, int count) => (int)Math.Floor(word / 4294967296.0 * count);

    private int At(int h, int w, int c) => (((h * shape.Width) + w) * shape.Channels) + c;

    private double[] Each(Func<int, int, int, double> value) => [.. Enumerable.Range(0, shape.Size).Select(i => value(
        i / shape.Channels / shape.Width, i / shape.Channels % shape.Width, i % shape.Channels))];
}
