using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Images.Drawing;
using DistConv.Images.Evaluations;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;

namespace DistConv.Dashboard.Models;

/// <summary>An evaluation for the page.</summary>
internal static class EvaluationView
{
    private const int MaxMistakes = 24;

    /// <summary>Puts it together.</summary>
    public static EvaluationReply Of(JobEvaluation evaluation)
    {
        bool isOfClasses = evaluation.Samples.Labels == LabelKind.Class;
        ConfusionMatrix matrix = isOfClasses ? new(evaluation.Samples.ClassCount, evaluation.Outcomes) : new(0, []);
        IReadOnlyList<int> worst = isOfClasses ? [.. MistakesFigure.Worst(evaluation.Outcomes).Take(MaxMistakes)] : [];
        return new EvaluationReply
        {
            Step = evaluation.Step,
            TestSamples = evaluation.Result.Samples,
            Loss = evaluation.Result.Loss,
            Accuracy = evaluation.Result.Accuracy,
            Auc = evaluation.Result.Auc,
            MeanAbsoluteError = evaluation.Result.MeanAbsoluteError,
            Outputs = [.. evaluation.Result.Units.Select((unit, index) => new OutputScore(evaluation.ClassNames[index], unit.Auc, unit.MeanAbsoluteError))],
            Confusion = [.. Enumerable.Range(0, matrix.Classes).Select(matrix.Row)],
            ClassNames = evaluation.ClassNames,
            Mistakes = [.. worst.Select(sample => Mistake(evaluation, sample))],
        };
    }

    private static MistakeInfo Mistake(JobEvaluation evaluation, int sample)
    {
        SampleOutcome outcome = evaluation.Outcomes[sample];
        float[] values = new float[evaluation.Samples.Shape.Size];
        PixelValues.Fill(evaluation.Samples.Image(sample), values);
        string picture = Convert.ToBase64String(SamplePicture.ToPng(evaluation.Samples.Shape, values));
        return new MistakeInfo(sample, outcome.Label, outcome.Predicted, outcome.Probability, picture);
    }
}
