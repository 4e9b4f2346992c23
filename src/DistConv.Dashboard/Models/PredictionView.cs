using DistConv.Client;
using DistConv.Core.Shapes;
using DistConv.Dashboard.Api;

namespace DistConv.Dashboard.Models;

/// <summary>A prediction for the page.</summary>
internal static class PredictionView
{
    private const int MaxChannels = 64;

    /// <summary>Classifies an input.</summary>
    public static PredictReply Of(TrainedModel model, float[] pixels, bool withMaps)
    {
        IReadOnlyList<FeatureMaps>? maps = null;
        Prediction prediction = withMaps ? model.PredictWithMaps(pixels, out maps) : model.Predict(pixels);
        TensorShape shape = model.InputShape;
        return new PredictReply
        {
            Step = model.Step,
            Outputs = [.. prediction.Ranking.OrderBy(score => score.Class).Select(score => score.Probability)],
            ClassNames = model.ClassNames.Count > 0 ? model.ClassNames : [prediction.Top.Name],
            Top = new TopClass(prediction.Top.Class, prediction.Top.Name, prediction.Top.Probability),
            Input = new InputPicture(shape.Height, shape.Width, shape.Channels, FloatText.Base64(pixels)),
            Maps = maps is null ? null : [.. maps.Select(Layer)],
        };
    }

    private static LayerMaps Layer(FeatureMaps maps)
    {
        (int height, int width, int all) = (maps.Shape.Height, maps.Shape.Width, maps.Shape.Channels);
        int channels = int.Min(all, MaxChannels), positions = height * width;
        float[] planes = new float[channels * positions];
        ReadOnlySpan<float> values = maps.Values.Span;
        for (int position = 0; position < positions; position++)
        {
            for (int channel = 0; channel < channels; channel++) planes[(channel * positions) + position] = values[(position * all) + channel];
        }

        return new LayerMaps(maps.Layer, height, width, channels, all, FloatText.Base64(planes));
    }
}
