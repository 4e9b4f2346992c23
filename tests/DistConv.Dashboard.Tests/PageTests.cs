using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using DistConv.Dashboard.Tests.Support;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>The built page is served from the assembly, compressed and with tags.</summary>
public sealed partial class PageTests(TrainedStore trained)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_withAllItsFiles_isServedAndEachFileIsThere()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using HttpResponseMessage page = await dashboard.Http.GetAsync("", Stop);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        string html = await page.Content.ReadAsStringAsync(Stop);
        string[] files = [.. FileName().Matches(html).Select(match => match.Groups[1].Value)];
        Assert.Contains(files, file => file.EndsWith(".js", StringComparison.Ordinal));
        foreach (string file in files)
        {
            using HttpResponseMessage answer = await dashboard.Http.GetAsync(file, Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(Stop));
        }

        // What the content security policy would stop in a browser: scripts and styles inside the page.
        Assert.DoesNotContain("<style", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(InlineScript(), html);
    }

    [Fact]
    public async Task Page_askedForByItsTag_isNotSentAgain()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using HttpResponseMessage first = await dashboard.Http.GetAsync("", Stop);
        Assert.NotNull(first.Headers.ETag);
        using HttpRequestMessage again = new(HttpMethod.Get, "");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag);
        using HttpResponseMessage second = await dashboard.Http.SendAsync(again, Stop);
        Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync(Stop)).Length));
        Assert.Equal("no-cache", second.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Page_forWhoReadsGzip_isCompressedToTheSameBytes()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        byte[] plain = await dashboard.Http.GetByteArrayAsync("", Stop);
        using HttpRequestMessage request = new(HttpMethod.Get, "");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using HttpResponseMessage answer = await dashboard.Http.SendAsync(request, Stop);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        await using GZipStream gzip = new(await answer.Content.ReadAsStreamAsync(Stop), CompressionMode.Decompress);
        using StreamReader text = new(gzip);
        Assert.Equal(Encoding.UTF8.GetString(plain), await text.ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task Head_ofThePage_hasNoBody()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using HttpRequestMessage request = new(HttpMethod.Head, "");
        using HttpResponseMessage answer = await dashboard.Http.SendAsync(request, Stop);
        Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync(Stop)).Length));
        Assert.True(answer.Content.Headers.ContentLength > 0);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    [GeneratedRegex("<script(?![^>]*src=)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();
}
