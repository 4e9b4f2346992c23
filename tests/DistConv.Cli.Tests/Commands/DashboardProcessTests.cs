using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>The dashboard as people start it: in processes of their own, asked over HTTP.</summary>
public sealed class DashboardProcessTests : IDisposable
{
    private const string Token = "correct-horse-battery";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string[] Tiny =>
        ["--data", $"idx:{_folder["data"]}", "--model", _folder["tiny.json"], "--batch", "10", "--threads", "1", "--store", _folder["jobs"]];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_withDashboard_servesTheJobWhileItRunsAndCanBeCancelledFromIt()
    {
        Write();
        TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using DistConvProcess process = DistConvProcess.Start(
            _folder.FullPath, null, ["train", .. Tiny, "--dashboard", "0", "--job", "m", "--epochs", "20000", "--json"], line => Hear(line, said));
        Uri link = new((await said.Task.WaitAsync(Stop))["dashboard: ".Length..]);
        Assert.StartsWith("#token=", link.Fragment, StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = new Uri(link.GetLeftPart(UriPartial.Path)) };
        using HttpResponseMessage events = await http.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead, Stop);
        using StreamReader lines = new(await events.Content.ReadAsStreamAsync(Stop));
        JsonNode info = JsonNode.Parse(await http.GetStringAsync("api/v1/info", Stop))!;
        Assert.Equal(("embedded", true), ((string?)info["source"]!["kind"], (bool)info["canStart"]!));
        while (JsonNode.Parse(await http.GetStringAsync("api/v1/jobs", Stop))!["jobs"]!.AsArray().All(job => (string?)job!["state"] != "running"))
            await lines.ReadLineAsync(Stop);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", link.Fragment["#token=".Length..]);
        using HttpResponseMessage cancelled = await http.PostAsync("api/v1/jobs/m/cancel", new StringContent("{}", Encoding.UTF8, "application/json"), Stop);
        Assert.Equal(202, (int)cancelled.StatusCode);
        ProcessResult result = await process.WaitAsync();
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("cancelled", (string?)JsonNode.Parse(result.OutputLines[^1])!["status"]);
    }

    [Fact]
    public async Task Train_withoutDashboard_doesNotLoadIt()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("the libraries of a process are looked up in /proc");
        Write();
        TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using DistConvProcess process = DistConvProcess.Start(
            _folder.FullPath, null, ["train", .. Tiny, "--job", "m", "--epochs", "20000"], line => Hear(line, said, "epoch "));
        await said.Task.WaitAsync(Stop); // The silo trains: what Orleans loads is there.
        string maps = await File.ReadAllTextAsync($"/proc/{process.Id}/maps", Stop);
        Assert.Contains("DistConv.Client.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("DistConv.Dashboard.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.AspNetCore.Server.Kestrel.Core.dll", maps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_ofAStore_startsAJobWithTheTokenOfAFile()
    {
        Write();
        string token = _folder.Write("token", Token + "\n");
        using DistConvProcess process = DistConvProcess.Start(
            _folder.FullPath, null, ["dashboard", "--store", _folder["jobs"], "--port", "0", "--threads", "1", "--token-file", token]);
        string line = await process.ReadOutputLineAsync(Stop);
        Assert.DoesNotContain(Token, line, StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = new Uri(line.Split(' ')[1]) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        string model = File.ReadAllText(_folder["tiny.json"]);
        JsonObject request = new() { ["data"] = $"idx:{_folder["data"]}", ["modelJson"] = model, ["batch"] = 10, ["id"] = "m", ["epochs"] = 1 };
        using HttpResponseMessage started = await http.PostAsync(
            "api/v1/jobs", new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json"), Stop);
        Assert.Equal((201, "{\"id\":\"m\"}"), ((int)started.StatusCode, await started.Content.ReadAsStringAsync(Stop)));
        using HttpResponseMessage events = await http.GetAsync("api/v1/events?jobs=m", HttpCompletionOption.ResponseHeadersRead, Stop);
        using StreamReader lines = new(await events.Content.ReadAsStreamAsync(Stop));
        string? last;
        do last = await lines.ReadLineAsync(Stop);
        while (last?.Contains("\"state\":\"done\"", StringComparison.Ordinal) == false);
        Assert.Contains("\"step\":21", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dashboard --token-file none", "--token-file is 'none', which cannot be read")]
    [InlineData("dashboard --listen nowhere", "--listen is 'nowhere:0': 'nowhere' is not an address of this machine")]
    [InlineData("dashboard --port 70000", "--port is '70000'; give a whole number from 0 to 65535")]
    [InlineData("dashboard --store s --cluster redis://localhost", "--cluster and --store exclude each other")]
    [InlineData("train --dashboard 10.1.2.3.4:1", "--dashboard is '10.1.2.3.4:1': ")]
    [InlineData("train --dashboard 99999", "--dashboard is '99999': the port is '99999'; give one from 0 (any free one) to 65535")]
    [InlineData("train --dashboard 203.0.113.1:0", "the dashboard cannot listen on 203.0.113.1:0: this machine does not have the address")]
    public async Task CommandLine_wrongDashboard_isOneLineAndNothingIsWritten(string line, string message)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, line.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.ErrorLines[^1], StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["distconv-jobs"]), result.ToString());
    }

    [Fact]
    public async Task Dashboard_tokenOfTheEnvironmentTooShort_isNotShown()
    {
        Dictionary<string, string> environment = new() { ["DISTCONV_DASHBOARD_TOKEN"] = "s3cret" };
        using DistConvProcess process = DistConvProcess.Start(_folder.FullPath, environment, ["dashboard", "--port", "0"]);
        ProcessResult result = await process.WaitAsync();
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("distconv: DISTCONV_DASHBOARD_TOKEN has 6 characters; give a token of 16 to 256 characters", result.ErrorLines[^1]);
    }

    private static Task Hear(string line, TaskCompletionSource<string> said, string fragment = "dashboard: ")
    {
        if (line.Contains(fragment, StringComparison.Ordinal)) said.TrySetResult(line);
        return Task.CompletedTask;
    }

    private void Write()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }
}
