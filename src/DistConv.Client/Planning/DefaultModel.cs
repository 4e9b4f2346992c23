using DistConv.Client.Datasets;
using DistConv.Core.Shapes;
using DistConv.Images.Folders;

namespace DistConv.Client.Planning;

/// <summary>The model of a job whose request leaves it to the data.</summary>
internal static class DefaultModel
{
    /// <summary>Pictures up to this side are small ones, for which the examples of MNIST and CIFAR-10 were made.</summary>
    private const int SmallSide = 32;

    private const string Digits = "keras1-mnist-cnn", SmallColour = "cifar10-cnn";

    /// <summary>Three poolings of <see cref="SmallFolder.Model"/> halve a picture, and batch normalisation needs more than one place of it.</summary>
    private const int LeastPhotoSide = 16;

    /// <summary>Data sets whose samples are known without opening them: mistakes in a request are found before anything is downloaded.</summary>
    private static readonly Dictionary<string, (TensorShape Shape, int Samples)> _known = new(StringComparer.Ordinal)
    {
        ["digits"] = (new TensorShape(28, 28, 1), 60_000),
        ["mnist"] = (new TensorShape(28, 28, 1), 60_000),
        ["fashion-mnist"] = (new TensorShape(28, 28, 1), 60_000),
        ["cifar10"] = (new TensorShape(32, 32, 3), 50_000),
    };

    /// <summary>Chooses the model, and for few photographs what else is left open.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="opened">Opens data sets.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <returns>The request with a model, and a line that says what was chosen and why; unchanged and without a line if it names a model.</returns>
    /// <exception cref="Core.InvalidInputException">The data set is not there, or cannot be read.</exception>
    public static async Task<(TrainingRequest Request, string? Note)> ChooseAsync(TrainingRequest request, OpenedData opened, CancellationToken cancellation)
    {
        if (request.Model != ModelSource.ByData) return (request, null);
        if (request.Data is TrainingData.PictureFolder pictures)
        {
            FolderSurvey survey = await Task.Run(() => FolderSurvey.Of(pictures.Directory, pictures.Options), cancellation).WaitAsync(cancellation);
            return ForPictures(request, pictures, survey);
        }

        if (request.Data is not TrainingData.NamedSet { Name: var name } || !_known.TryGetValue(name, out (TensorShape Shape, int Samples) data))
        {
            LocatedData located = await opened.OpenAsync(request.Data, cancellation);
            data = (located.Data.Train.Shape, located.Data.Train.Count);
        }

        string model = For(data.Shape, data.Samples);
        return (request with { Model = ModelSource.BuiltIn(model) }, $"model {model}, because none is given and samples are {data.Shape}");
    }

    /// <summary>The model for samples of some shape.</summary>
    /// <param name="shape">Shape of a sample.</param>
    /// <param name="samples">How many there are to train on.</param>
    internal static string For(TensorShape shape, int samples)
    {
        bool isSmall = int.Max(shape.Height, shape.Width) <= SmallSide;
        if (isSmall && shape.Channels == 1) return Digits;
        bool isTiny = int.Min(shape.Height, shape.Width) < LeastPhotoSide;
        return isTiny || (isSmall && samples >= TrainingSizes.OrdinarySamples) ? SmallColour : SmallFolder.Model;
    }

    private static (TrainingRequest Request, string Note) ForPictures(TrainingRequest request, TrainingData.PictureFolder pictures, FolderSurvey survey)
    {
        (int height, int width) = pictures.Options.Size ?? survey.Size;
        TensorShape shape = new(height, width, pictures.Options.IsGrey ?? survey.IsGrey ? 1 : 3);
        string model = For(shape, survey.Training);
        TrainingRequest chosen = request with
        {
            Model = ModelSource.BuiltIn(model),
            Data = pictures with { Options = pictures.Options with { Size = (height, width), IsGrey = shape.Channels == 1 } },
        };
        string sizes = survey.Sizes == 1 ? "of one size" : $"of {survey.Sizes:N0} sizes";
        string note = $"model {model} on pictures of {shape}, because none is given and the {survey.Training + survey.HeldOut:N0} pictures are {sizes}";
        if (model != SmallFolder.Model || survey.Training >= TrainingSizes.OrdinarySamples) return (chosen, note);
        (chosen, IReadOnlyList<string> filled) = SmallFolder.Fill(chosen, survey.Training);
        return (chosen, filled.Count == 0 ? note : $"{note}; because they are few: {string.Join(", ", filled)}");
    }
}
