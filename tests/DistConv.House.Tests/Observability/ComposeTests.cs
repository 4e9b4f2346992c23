using System.Text.RegularExpressions;
using DistConv.House.Tests.Checks;
using DistConv.Tests.Shared;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace DistConv.House.Tests.Observability;

/// <summary>docker-compose.yml gives its services no more than they need, and nothing to the network.</summary>
public sealed partial class ComposeTests
{
    private static readonly YamlNode _compose = Yaml.Read("docker-compose.yml");
    private static readonly (string Name, YamlNode Service)[] _services = [.. _compose.Find("services").Entries()];

    [Fact]
    public void Services_each_areConfined() =>
        Violations.AssertNone("A service has a read-only root, drops its capabilities, and publishes ports on 127.0.0.1 only", _services.SelectMany(
            entry => (string[])[
                .. Violations.Unless(entry.Service.Text("read_only") == "true", $"{entry.Name}: read_only"),
                .. Violations.Unless(entry.Service.Texts("cap_drop").SequenceEqual(["ALL"]), $"{entry.Name}: cap_drop"),
                .. Violations.Unless(entry.Service.Texts("security_opt").Contains("no-new-privileges:true"), $"{entry.Name}: security_opt"),
                .. entry.Service.Texts("ports").Where(port => !port.StartsWith("127.0.0.1:", StringComparison.Ordinal))
                    .Select(port => $"{entry.Name}: {port} is open to the network")]));

    [Fact]
    public void Services_ofTheProfile_arePrometheusAlertmanagerAndGrafana() =>
        Assert.Equal(["prometheus", "alertmanager", "grafana"], Observability().Select(entry => entry.Name));

    [Fact]
    public void Services_ofTheProfile_haveAVersionALimitAHealthCheckAndAVolume()
    {
        string[] volumes = [.. _compose.Find("volumes").Entries().Select(entry => entry.Key)];
        Violations.AssertNone("A service of the profile has a version, a limit, a health check and a volume of its own", Observability().SelectMany(
            entry => (string[])[
                .. Violations.Unless(VersionTag().IsMatch(entry.Service.Text("image")), $"{entry.Name}: {entry.Service.Text("image")} has no version"),
                .. Violations.Unless(entry.Service.Text("mem_limit").Length > 0, $"{entry.Name}: mem_limit"),
                .. Violations.Unless(entry.Service.Find("healthcheck") is not null, $"{entry.Name}: healthcheck"),
                .. Violations.Unless(volumes.Contains(entry.Name) && Mounts(entry.Service).Any(mount => mount[0] == entry.Name), $"{entry.Name}: no volume")]));
    }

    [Fact]
    public void MountedFiles_ofTheProfile_existAndAreReadOnly()
    {
        string[][] files = [.. Observability().SelectMany(entry => Mounts(entry.Service)).Where(mount => mount[0].StartsWith("./", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        Violations.AssertNone("A mounted file exists, and is mounted read-only", files.Where(mount =>
            mount is not [string source, _, "ro"] || !Path.Exists(Path.Combine(Checkout.Root, source))).Select(mount => string.Join(':', mount)));
    }

    [Fact]
    public void Grafana_anonymousReader_mayLookAndNothingElse()
    {
        YamlNode grafana = Settings("grafana");
        Assert.Equal("Viewer", grafana.Text("GF_AUTH_ANONYMOUS_ORG_ROLE"));
        Assert.Equal("true", grafana.Text("GF_AUTH_DISABLE_LOGIN_FORM"));
        Assert.Equal("true", grafana.Text("GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"));
        Assert.Equal("false", grafana.Text("GF_AUTH_BASIC_ENABLED"));
    }

    [Fact]
    public void Grafana_askedForNothing_callsNobody()
    {
        YamlNode grafana = Settings("grafana");
        foreach (string name in (string[])[
            "ANALYTICS_REPORTING_ENABLED", "ANALYTICS_CHECK_FOR_UPDATES", "ANALYTICS_CHECK_FOR_PLUGIN_UPDATES", "NEWS_NEWS_FEED_ENABLED",
            "SNAPSHOTS_EXTERNAL_ENABLED", "PLUGINS_PLUGIN_ADMIN_ENABLED"]) Assert.Equal("false", grafana.Text($"GF_{name}"));
        foreach (string name in (string[])["SECURITY_DISABLE_GRAVATAR", "PLUGINS_PREINSTALL_DISABLED", "PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED"])
        {
            Assert.Equal("true", grafana.Text($"GF_{name}"));
        }
    }

    [Fact]
    public void Prometheus_scrapesTheServiceOfTheSilosAtItsHealthPort()
    {
        YamlNode job = Yaml.Read("deploy/observability/prometheus.yml").List("scrape_configs").Single(job => job.Text("job_name") == "distconv");
        YamlNode discovery = Assert.Single(job.List("dns_sd_configs"));
        string name = Assert.Single(discovery.Texts("names"));
        string port = Assert.Single(_services.Single(entry => entry.Name == name).Service.Texts("ports"));
        Assert.Equal(port.Split(':')[^1], discovery.Text("port"));
        Assert.Equal("/metrics", job.Text("metrics_path"));
    }

    private static IEnumerable<(string Name, YamlNode Service)> Observability() =>
        _services.Where(entry => entry.Service.Texts("profiles").Contains("observability"));

    private static IEnumerable<string[]> Mounts(YamlNode service) => service.Texts("volumes").Select(volume => volume.Split(':'));

    private static YamlNode Settings(string service) => _services.Single(entry => entry.Name == service).Service.Find("environment")!;

    [GeneratedRegex(@"^[\w./-]+:v?\d+\.\d+\.\d+$")]
    private static partial Regex VersionTag();
}
