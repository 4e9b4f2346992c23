using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Client.Tests.Support;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>The samples, run as their first lines say.</summary>
public sealed class SampleTests : IDisposable
{
    private const int Side = 28, Classes = 10, PicturesPerClass = 20;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Samples_folderOfPictures_trainPredictServeAndPrintKernels()
    {
        WritePictures();
        string output = await SampleProcess.RunAsync(0, "TrainAndPredict", _folder.FullPath, "parts", "parts/3/0.bmp", "2");
        Assert.Matches(@"job images-parts-\S+: test accuracy \d+\.\d\s?%, sha256:[0-9a-f]{64}", output);
        Assert.Matches(@"parts/3/0\.bmp: \d \(\d+\.\d\s?%\)", output);
        Assert.Matches("step 10 of 10: loss", output);
        string refused = await SampleProcess.RunAsync(2, "TrainAndPredict", _folder.FullPath, "nowhere", "parts/3/0.bmp");
        Assert.Contains("does not exist", refused, StringComparison.Ordinal);

        await using IDistConvClient store = DistConvClient.OpenStore(_folder["distconv-jobs"]);
        string job = "";
        await foreach (JobSummary summary in store.ListAsync(Token)) job = summary.Id;
        await PrintKernelsAsync(job);
        await ServeAsync(job);
    }

    [Theory]
    [InlineData("EPOCHS a whole number", "TrainAndPredict", "parts", "x.bmp", "many")]
    [InlineData("there is no picture 'x.bmp'", "TrainAndPredict", "parts", "x.bmp", "2")]
    [InlineData("usage: UploadAndPredict --job JOB", "UploadAndPredict", "--store", "jobs")]
    [InlineData("job 'nothing' is not in the store", "UploadAndPredict", "--store", "jobs", "--job", "nothing")]
    public async Task Samples_mistake_endInOneLine(string expected, string sample, params string[] args)
    {
        _ = new JobStore(_folder["jobs"]);
        string output = await SampleProcess.RunAsync(2, sample, _folder.FullPath, args);
        Assert.Contains(expected, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OrleansHost_ownSilo_trains()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        string output = await SampleProcess.RunAsync(0, "OrleansHost", _folder.FullPath, "--port", $"{port}");
        Assert.Contains("Done at step 8 of 8", output, StringComparison.Ordinal);
        Assert.Matches(@"job digits-\S+: test accuracy \d+\.\d\s?%, sha256:[0-9a-f]{64}", output);
    }

    private async Task PrintKernelsAsync(string job)
    {
        string file = Directory.GetFiles(Path.Combine(_folder["distconv-jobs"], job, "snapshots"), "step-*.dcs").Order(StringComparer.Ordinal).Last();
        string[] lines = (await SampleProcess.RunAsync(0, "KernelsAsNumbers", _folder.FullPath, file)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("conv1/kernel: 6 kernels of 5×5×1, at step 10", lines[0].TrimEnd());
        Assert.Equal(1 + (6 * 6), lines.Length);
        using TrainedModel model = TrainedModel.Open(file);
        Assert.Equal($"{model.Weights[0].Values.Span[6]:F4}", lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    private async Task ServeAsync(string job)
    {
        using SampleProcess server =
            SampleProcess.Start("UploadAndPredict", _folder.FullPath, "--store", "distconv-jobs", "--job", job, "--urls", "http://127.0.0.1:0");
        string address = (await server.ReadToAsync("Now listening on: ")).Split("Now listening on: ")[1].Trim();
        using HttpClient http = new() { BaseAddress = new Uri(address) };
        using TrainedModel model = await DistConvClient.OpenStore(_folder["distconv-jobs"]).GetJob(job).OpenModelAsync(ct: Token);
        byte[] picture = await File.ReadAllBytesAsync(_folder["parts/3/0.bmp"], Token);
        using HttpResponseMessage answer = await http.PostAsync("/predict", new ByteArrayContent(picture), Token);
        JsonElement[] ranking = [.. (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray()];
        Prediction expected = await model.PredictAsync(new MemoryStream(picture), Token);
        Assert.Equal(3, ranking.Length);
        Assert.Equal(
            (expected.Top.Name, expected.Top.Probability), (ranking[0].GetProperty("name").GetString(), ranking[0].GetProperty("probability").GetSingle()));
        using HttpResponseMessage refused = await http.PostAsync("/predict", new StringContent("no picture"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("it is a text file", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    /// <summary>Ten classes of 24-bit bitmaps; the place of a bright bar names the class.</summary>
    private void WritePictures()
    {
        for (int i = 0; i < Classes * PicturesPerClass; i++)
        {
            int label = i % Classes, number = i / Classes;
            byte[] file = new byte[54 + (Side * Side * 3)];
            "BM"u8.CopyTo(file);
            foreach ((int offset, int value) in (ReadOnlySpan<(int, int)>)[(2, file.Length), (10, 54), (14, 40), (18, Side), (22, Side), (26, 1 | (24 << 16))])
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
            for (int pixel = 0; pixel < Side * Side; pixel++)
                file.AsSpan(54 + (pixel * 3), 3).Fill((byte)(pixel % Side / 2 == label + 2 ? 220 : (pixel * 7 * (number + 1)) % 40));
            Directory.CreateDirectory(_folder[$"parts/{label}"]);
            File.WriteAllBytes(_folder[$"parts/{label}/{number}.bmp"], file);
        }
    }
}
