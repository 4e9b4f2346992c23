using DistConv.House.Tests.Observability;
using Xunit;

namespace DistConv.House.Tests.CheckTests;

public sealed class MetricUseTests
{
    [Theory]
    [InlineData("max by (job_id) (distconv_job_loss{job_id=~\".+\"}) > 1e9 and on (instance) up{job=\"x\"} == 1")]
    [InlineData("histogram_quantile(0.9, sum by (instance, le) (rate(distconv_shard_duration_seconds_bucket[1m])))")]
    [InlineData("sum by (reason) (increase(distconv_job_failures_total[10m])) > 0")]
    [InlineData("max(distconv_silos{status=\"active\"}) or vector(0)")]
    public void Unknown_aQueryOfExistingSeries_findsNothing(string query) => Assert.Empty(MetricUse.Unknown(query));

    [Theory]
    [InlineData("rate(distconv_job_lost[1m])", "no metric is called distconv_job_lost")]
    [InlineData("distconv_job_loss and distconv_x", "no metric is called distconv_x")]
    [InlineData("rate(distconv_step_duration_seconds[1m])", "no metric is called distconv_step_duration_seconds")]
    [InlineData("distconv_silos{statue=\"active\", job=\"distconv\"}", "distconv_silos has no label statue")]
    [InlineData("distconv_silos{status=\"activ\"}", "distconv_silos has no status 'activ'")]
    [InlineData("sum by (rason) (distconv_job_failures_total)", "no metric has the label rason")]
    public void Unknown_aQueryWithAMistake_namesIt(string query, string problem) => Assert.Equal([problem], MetricUse.Unknown(query));

    [Theory]
    [InlineData("sum by (reason) (distconv_job_failures_total)", "{{reason}}")]
    [InlineData("distconv_threads", "{{instance}} threads")]
    [InlineData("max(distconv_silos)", "silos")]
    public void LostLabels_ofALegendThatTheQueryServes_areNone(string query, string legend) => Assert.Empty(MetricUse.LostLabels(query, legend));

    [Theory]
    [InlineData("sum by (reason) (distconv_job_failures_total)", "{{operation}}", "operation")]
    [InlineData("max(distconv_silos)", "{{status}}", "status")]
    [InlineData("sum by (le) (distconv_step_duration_seconds_bucket)", "{{le}}", "le")]
    [InlineData("distconv_threads", "{{job_id}}", "job_id")]
    public void LostLabels_ofALegendThatTheQueryDoesNotServe_areNamed(string query, string legend, string label) =>
        Assert.Equal([label], MetricUse.LostLabels(query, legend));
}
