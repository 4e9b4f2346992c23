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

    private static ComparedFigure[] Figures(IReadOnlyList<ComparedJob> jobs)
    {
        ComparedFigure Figure(string name, Func<ComparedJob, double?> value) => new(name, [.. jobs.Select(value)]);
        ComparedFigure Last(string name, Func<EpochMetrics, double?> value) => Figure(name, job => job.Epochs is [.., var last] ? value(last) : null);
        ComparedFigure Best(string name, Func<EpochMetrics, double?> value) => Figure(name, job => job.BestEpoch is { } best ? value(best) : null);

        return
        [
            Figure("steps", job => job.Summary.Step),
            Figure("epochs", job => job.Epochs.Count),
            Last("final training loss", last => last.TrainLoss),
            Last("final training accuracy", last => last.TrainAccuracy),
            Last("final test loss", last => last.TestLoss),
            Last("final test accuracy", last => last.TestAccuracy),
            Last("final test AUC", last => last.TestAuc),
            Last("final test mean absolute error", last => last.TestMeanAbsoluteError),
            Best("best epoch", best => best.Epoch),
            Best("best epoch's test loss", best => best.TestLoss),
            Best("best epoch's test accuracy", best => best.TestAccuracy),
            Figure("seconds", job => job.Epochs.Count > 0 ? job.Epochs.Sum(epoch => epoch.Seconds) : null),
        ];
    }
}
