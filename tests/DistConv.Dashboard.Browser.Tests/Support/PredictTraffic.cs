using System.Globalization;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using IRequest = Microsoft.Playwright.IRequest; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Dashboard.Browser.Tests.Support;

/// <summary>What a network answered.</summary>
/// <param name="Step">The step of the snapshot.</param>
/// <param name="Outputs">The probabilities by class.</param>
internal sealed record PredictAnswer(long Step, IReadOnlyList<float> Outputs)
{
    /// <summary>Reads the API's answer.</summary>
    public static PredictAnswer Parse(JsonElement answer) =>
        new(answer.GetProperty("step").GetInt64(), [.. answer.GetProperty("outputs").EnumerateArray().Select(value => value.GetSingle())]);

    /// <summary>Asks the command line about a picture.</summary>
    public static async Task<IReadOnlyList<float>> FromCommandLineAsync(TemporaryFolder folder, string target, string picture)
    {
        string[] lines = await Digits.RunAsync(folder, "predict", target, picture, "--store", "jobs", "--top", "10", "--json");
        return [.. JsonDocument.Parse(lines[^1]).RootElement.GetProperty("pictures")[0].GetProperty("top").EnumerateArray()
            .OrderBy(score => score.GetProperty("class").GetInt32())
            .Select(score => (float)score.GetProperty("probability").GetDouble())];
    }

    /// <summary>The probabilities as the page writes them.</summary>
    public string[] AsPercentages() => [.. Outputs.Select(value => string.Create(CultureInfo.InvariantCulture, $"{100.0 * value:0.00} %"))];
}

/// <summary>The pictures that a page sends while somebody draws, and the answers.</summary>
internal sealed class PredictTraffic : IDisposable
{
    private readonly IPage _page;
    private readonly Lock _gate = new();
    private readonly List<IRequest> _sent = [];

    /// <summary>Listens from now on.</summary>
    public PredictTraffic(IPage page)
    {
        _page = page;
        page.Request += Hear;
    }

    /// <summary>Waits until the page has an answer to everything that it has sent.</summary>
    /// <returns>The last pixels, and the answer to them.</returns>
    public async Task<(float[] Pixels, PredictAnswer Answer)> LastAsync()
    {
        while (true)
        {
            IRequest? last = Last();
            IResponse? response = last is null ? null : await last.ResponseAsync();
            string? answer = response is null ? null : await response.TextAsync();
            await _page.EvaluateAsync("() => new Promise(requestAnimationFrame)"); // The page sends the next picture when it has an answer.
            if (last is null || !ReferenceEquals(last, Last())) continue;
            Assert.True(response!.Ok, $"{response.Status}: {answer}");
            return (Pixels(last), PredictAnswer.Parse(JsonDocument.Parse(answer!).RootElement));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _page.Request -= Hear;

    private static float[] Pixels(IRequest request) =>
        [.. JsonDocument.Parse(request.PostData!).RootElement.GetProperty("pixels").EnumerateArray().Select(value => value.GetSingle())];

    private IRequest? Last()
    {
        lock (_gate) return _sent.Count > 0 ? _sent[^1] : null;
    }

    private void Hear(object? sender, IRequest request)
    {
        if (!request.Url.Contains("/predict", StringComparison.Ordinal)) return;
        lock (_gate) _sent.Add(request);
    }
}
