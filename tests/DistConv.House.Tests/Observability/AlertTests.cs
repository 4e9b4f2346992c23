using System.Text.RegularExpressions;
using DistConv.House.Tests.Checks;
using DistConv.Tests.Shared;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace DistConv.House.Tests.Observability;

/// <summary>The configuration of Prometheus and Alertmanager, and the alerts.</summary>
public sealed partial class AlertTests
{
    private const string Folder = "deploy/observability";
    private const string Page = "docs/observability.md";

    private static readonly YamlNode[] _alerts =
        [.. Yaml.Read($"{Folder}/alerts.yml").List("groups").SelectMany(group => group.List("rules")).Where(rule => rule.Find("alert") is not null)];

    private static IEnumerable<string> Names => _alerts.Select(alert => alert.Text("alert"));

    [Fact]
    public Task PrometheusConfiguration_promtoolChecksIt_isValid() => InstalledProgram.Promtool.RunAsync("check", "config", InRepository("prometheus.yml"));

    [Fact]
    public Task Alerts_promtoolLintsThem_areValid() =>
        InstalledProgram.Promtool.RunAsync("check", "rules", "--lint=all", "--lint-fatal", InRepository("alerts.yml"));

    [Fact]
    public Task Alerts_promtoolRunsTheirTests_fireWhenTheyShould() => InstalledProgram.Promtool.RunAsync("test", "rules", InRepository("alerts-test.yml"));

    [Fact]
    public Task AlertmanagerConfiguration_amtoolChecksIt_isValid() => InstalledProgram.Amtool.RunAsync("check-config", InRepository("alertmanager.yml"));

    [Fact]
    public void Alerts_each_areTestedForFiringAndForSilence()
    {
        (string Name, int Fired)[] cases = [.. Yaml.Read($"{Folder}/alerts-test.yml").List("tests").SelectMany(test => test.List("alert_rule_test"))
            .Select(test => (test.Text("alertname"), test.List("exp_alerts").Count()))];
        Assert.NotEmpty(_alerts);
        Violations.AssertNone("Each alert has a test in which it fires, and one in which it does not", Names.SelectMany(name => (string[])[
            .. Violations.Unless(cases.Any(test => test.Name == name && test.Fired > 0), $"{name} never fires in alerts-test.yml"),
            .. Violations.Unless(cases.Any(test => test.Name == name && test.Fired == 0), $"{name} never stays silent in alerts-test.yml")]));
        Violations.AssertNone("Tests are about alerts that exist", cases.Select(test => test.Name).Except(Names));
    }

    [Fact]
    public void Alerts_each_haveSeverityTextsAndARunbook()
    {
        HashSet<string> anchors = MarkdownLinks.Anchors(Repository.Read(Page));
        Violations.AssertNone("Each alert has a severity, a summary, a description and a section of the runbook", _alerts.SelectMany(alert =>
        {
            string name = alert.Text("alert"), runbook = $"{Page}#{name.ToLowerInvariant()}";
            YamlNode annotations = alert.Find("annotations")!;
            return (string[])[
                .. Violations.Unless(alert.Find("labels")!.Text("severity") is "critical" or "warning", $"{name} is neither critical nor a warning"),
                .. Violations.Unless(annotations.Text("summary").Length > 0 && annotations.Text("description").Length > 0, $"{name}: a text is missing"),
                .. Violations.Unless(annotations.Text("runbook") == runbook, $"{name}: the runbook is not {runbook}"),
                .. Violations.Unless(anchors.Contains(name.ToLowerInvariant()), $"{name}: {Page} has no section for it")];
        }));
    }

    [Fact]
    public void AlertsOfThePage_exist() =>
        Violations.AssertNone($"Each alert that {Page} names exists", AlertName().Matches(Repository.Read(Page)).Select(match => match.Value).Except(Names));

    [Fact]
    public void AlertsOfAlertmanager_exist() =>
        Violations.AssertNone("Each alert that alertmanager.yml names exists",
            AlertName().Matches(Repository.Read($"{Folder}/alertmanager.yml")).Select(match => match.Value).Except(Names));

    [Fact]
    public void AlertQueries_nameMetricsAndLabelsThatExist() =>
        Violations.AssertNone("Alerts ask for metrics and labels that exist",
            _alerts.SelectMany(alert => MetricUse.Unknown(alert.Text("expr")).Select(problem => $"{alert.Text("alert")}: {problem}")));

    private static string InRepository(string file) => Path.Combine(Checkout.Root, Folder, file);

    [GeneratedRegex(@"\bDistConv(?!\.)[A-Z]\w+")]
    private static partial Regex AlertName();
}
