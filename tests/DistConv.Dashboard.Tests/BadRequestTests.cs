using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using DistConv.Dashboard.Tests.Support;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>Requests that are too large, too slow, too many, or try to leave the page's folder.</summary>
public sealed class BadRequestTests(TrainedStore trained)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/../../etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/....//etc/passwd")]
    [InlineData("/wwwroot/index.html")]
    [InlineData("/..\\..\\etc\\passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("/api/v1/../../etc/passwd")]
    public async Task Path_outsideThePage_isNotFound(string path)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        string answer = await RawAsync(dashboard, $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /api/v1/jobs/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /api/v1/info HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/v1/info HTTP/1.0\r\n\r\n", 403)]
    [InlineData("GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("DELETE /api/v1/jobs/j HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer correct-horse-battery\r\nAuthorization: Bearer other\r\n\r\n", 401)]
    public async Task Request_malformed_getsAStatusCode(string request, int status)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        Assert.StartsWith($"HTTP/1.1 {status}", await RawAsync(dashboard, request, "\r\n\r\n"), StringComparison.Ordinal);
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Headers_tooLarge_areRefused()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        string answer = await RawAsync(dashboard, $"GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: {new string('x', 20_000)}\r\n\r\n", "\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_tooLarge_isRefusedWhetherItSaysSoOrNot()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        string large = $"{{\"id\": \"{new string('x', 70_000)}\"}}";
        await dashboard.PostAsync("api/v1/plan", large, HttpStatusCode.RequestEntityTooLarge);
        using HttpRequestMessage chunked = new(HttpMethod.Post, "api/v1/plan") { Content = new StringContent(large, Encoding.UTF8, "application/json") };
        chunked.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
        chunked.Headers.TransferEncodingChunked = true;
        await dashboard.SendAsync(chunked, HttpStatusCode.RequestEntityTooLarge);
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Body_ofAnotherType_isRefused()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using HttpRequestMessage form = new(HttpMethod.Post, "api/v1/plan") { Content = new FormUrlEncodedContent([new("data", "digits")]) };
        form.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
        await dashboard.SendAsync(form, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Request_thatNeverEnds_isGivenUpAndOthersAreAnswered()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(
            trained.Store, options => options.RequestTimeout = TimeSpan.FromMilliseconds(300));
        string head = await RawAsync(dashboard, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow:");
        Assert.True(head.Length == 0 || head.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), head);
        string post = $"POST /api/v1/plan HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {RunningDashboard.Token}\r\n";
        string body = await RawAsync(dashboard, post + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{", "\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 408", body, StringComparison.Ordinal);
        await dashboard.GetAsync("api/v1/info");
    }

    [Fact]
    public async Task Connections_athousand_doNotKeepOthersOut()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        List<Socket> sockets = [];
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(dashboard.EndPoint, Stop);
            }

            // The first hundred are kept, and time out; all others are closed at once.
            byte[] one = new byte[1];
            foreach (Socket refused in sockets.Skip(100)) Assert.Equal(0, await ReceiveAsync(refused, one));
        }
        finally
        {
            foreach (Socket socket in sockets) socket.Dispose();
        }

        await dashboard.Http.GetAsync("api/v1/info", Stop);
        Assert.Empty(dashboard.Warnings);
    }

    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, Stop);
        }
        catch (SocketException)
        {
            return 0; // Reset: closed, too.
        }
    }

    /// <summary>Sends bytes as they are, and reads until the other side closes, or the end is there.</summary>
    private static async Task<string> RawAsync(RunningDashboard dashboard, string request, string? end = null)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync(dashboard.EndPoint, Stop);
        await using NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Stop);
        StringBuilder answer = new();
        byte[] block = new byte[4096];
        while (await stream.ReadAsync(block, Stop) is var read and > 0)
        {
            answer.Append(Encoding.UTF8.GetString(block, 0, read));
            if (end is not null && answer.ToString().Contains(end, StringComparison.Ordinal)) break;
        }

        return answer.ToString();
    }
}
