using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Training.Metrics;

namespace DistConv.Dashboard.Jobs;

/// <summary>Jobs side by side.</summary>
internal static class Comparison
{
    /// <summary>A comparison for the page.</summary>
    public static CompareReply Of(JobComparison comparison) => new()
    {
        Settings = Settings([.. comparison.Jobs.Select(job => SettingList.Of(job.Specification))]),
        Figures = Figures(comparison.Jobs),
        FirstDifferentStep = comparison.FirstDifferentStep,
    };

    private static List<ComparedSetting> Settings(IReadOnlyList<(string Name, string Value)>[] jobs)
    {
        List<ComparedSetting> settings = [];
        foreach (string name in jobs.SelectMany(job => job.Select(setting => setting.Name)).Distinct())
        {
            string?[] values = [.. jobs.Select(job => job.FirstOrDefault(setting => setting.Name == name).Value)];
            settings.Add(new ComparedSetting(name, values, values.Distinct().Count() > 1));
        }

        return settings;
    }

    /// <summary>The figures that at least one of the jobs has.</summary>
    private static ComparedFigure[] Figures(IReadOnlyList<ComparedJob> jobs)
    {
        ComparedFigure Figure(string name, Func<ComparedJob, double?> value) => new(name, [.. jobs.Select(value)]);
        ComparedFigure Last(string name, Func<EpochMetrics, double?> value) => Figure(name, job => Newest(job) is { } last ? value(last) : null);
        ComparedFigure Best(string name, Func<EpochMetrics, double?> value) => Figure(name, job => job.BestEpoch is { } best ? value(best) : null);
        EpochMetrics? Newest(ComparedJob job) => job.Epochs is [.., var last] ? last : null;
        double? Share(ComparedJob job, double? accuracy) => JobFigures.MeasuredAccuracy(job.Specification.Labels, accuracy);

        ComparedFigure[] figures =
        [
            Figure("steps", job => job.Summary.Step),
            Figure("epochs", job => job.Epochs.Count),
            Last("final training loss", last => last.TrainLoss),
            Figure("final training accuracy", job => Share(job, Newest(job)?.TrainAccuracy)),
            Last("final test loss", last => last.TestLoss),
            Figure("final test accuracy", job => Share(job, Newest(job)?.TestAccuracy)),
            Last("final test AUC", last => last.TestAuc),
            Last("final test mean absolute error", last => last.TestMeanAbsoluteError),
            Best("best epoch", best => best.Epoch),
            Best("best epoch's test loss", best => best.TestLoss),
            Figure("best epoch's test accuracy", job => Share(job, job.BestEpoch?.TestAccuracy)),
            Figure("seconds", job => job.Epochs.Count > 0 ? job.Epochs.Sum(epoch => epoch.Seconds) : null),
        ];
        return [.. figures.Where(figure => figure.Values.Any(value => value is not null))];
    }
}
