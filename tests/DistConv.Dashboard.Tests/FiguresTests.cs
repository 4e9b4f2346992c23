using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Jobs;
using DistConv.Dashboard.Tests.Support;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>Which figures of a job the page gets.</summary>
public sealed class FiguresTests(TrainedStore trained)
{
    /// <summary>The same job once as it is and once as if its samples had numbers.</summary>
    [Fact]
    public async Task Figures_ofNumbers_haveNoAccuracy()
    {
        await using IDistConvClient client = DistConvClient.OpenStore(trained.Store);
        TrainingJob job = client.GetJob("j");
        JobStatus status = await job.GetStatusAsync(TestContext.Current.CancellationToken);
        JobDescription ofClasses = await job.DescribeAsync(TestContext.Current.CancellationToken);
        JobDescription ofNumbers = ofClasses with { Specification = ofClasses.Specification with { Labels = LabelKind.Numbers } };

        JobRow classes = JobTable.Row(status, ofClasses), numbers = JobTable.Row(status, ofNumbers);

        Assert.InRange(classes.TestAccuracy!.Value, 0, 1);
        Assert.Equal((null, null, classes.TestLoss), (numbers.Accuracy, numbers.TestAccuracy, numbers.TestLoss));
        Assert.Equal("accuracy", JobDetails.Of(classes, status, ofClasses.Specification).Figures.Accuracy);
        Assert.Null(JobDetails.Of(numbers, status, ofNumbers.Specification).Figures.Accuracy);
        Assert.Contains("final test accuracy", Names(ofClasses, status));
        Assert.DoesNotContain(Names(ofNumbers, status), name => name.Contains("accuracy", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(JobDescription job, JobStatus status)
    {
        ComparedJob compared = new(status.Job, job.Specification, job.Summary, status.Epochs, WeightsDigest: null, LastStep: null);
        return Comparison.Of(new JobComparison([compared], [], 0, null)).Figures.Select(figure => figure.Name);
    }
}
