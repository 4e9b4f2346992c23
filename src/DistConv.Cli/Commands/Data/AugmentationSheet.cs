using DistConv.Core.Augmentations;
using DistConv.Images.Drawing;
using DistConv.Training.Data;
using DistConv.Training.Steps;

namespace DistConv.Cli.Commands.Data;

/// <summary>A contact sheet of varied samples: a row for each, the sample as it is and then as the first epochs vary it.</summary>
internal static class AugmentationSheet
{
    private const int DefaultSamples = 10, Epochs = 9;

    /// <summary>Writes it.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="path">The file.</param>
    /// <param name="augmentation">How samples are varied.</param>
    /// <param name="seed">The job's seed.</param>
    /// <param name="count">How many samples; null: the default.</param>
    /// <exception cref="Core.InvalidInputException">The list does not fit the pictures, or the sheet cannot be written.</exception>
    public static SheetReport Write(DataSource data, string path, IReadOnlyList<AugmentationSpec> augmentation, ulong seed, int? count)
    {
        Core.InvalidInputException.ThrowIfAny(AugmentationTypes.FindProblems(augmentation, data.Train.Shape));
        int[] samples = Choose(data.Train, int.Min(count ?? DefaultSamples, data.Train.Count));
        AugmentationPreview preview = new(augmentation, data.Train.Shape, seed);
        IReadOnlyList<byte[]>[] epochs = [.. Enumerable.Range(0, Epochs).Select(epoch => preview.Draw(data.Train, samples, epoch))];
        List<byte[]> pictures = [];
        for (int i = 0; i < samples.Length; i++)
        {
            pictures.Add(data.Train.Image(samples[i]).ToArray());
            pictures.AddRange(epochs.Select(epoch => epoch[i]));
        }

        ContactSheet.Write(path, data.Train.Shape, pictures, columns: 1 + Epochs);
        return new SheetReport(path, samples.Length, $", each as it is and in {Epochs} epochs");
    }

    /// <summary>The first sample of each class, then the second of each, …; samples with targets in their order.</summary>
    private static int[] Choose(IDataset data, int count)
    {
        if (data.Labels != LabelKind.Class) return [.. Enumerable.Range(0, count)];
        var taken = new int[data.ClassCount];
        return
        [
            .. Enumerable.Range(0, data.Count).Select(sample => (Turn: taken[data.Label(sample)]++, Label: data.Label(sample), Sample: sample))
                .Order().Take(count).Select(choice => choice.Sample),
        ];
    }
}

/// <summary>A contact sheet that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Shown">How many samples it shows.</param>
/// <param name="Arrangement">How, as the end of a sentence.</param>
internal sealed record SheetReport(string Path, int Shown, string Arrangement);
