using System.Globalization;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>What <c>jobs metrics --format tensorboard</c> writes, as a reader that knows only the format sees it.</summary>
public sealed class JobsTensorBoardTests : IDisposable
{
    private const string Train = "train --data idx:data --model tiny.json --batch 10 --epochs 2 --local --quiet --store jobs --norms-every 5";
    private const string Export = "jobs metrics j --store jobs --format tensorboard --out board";

    private readonly TemporaryFolder _folder = new();

    public JobsTensorBoardTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tensorboard_jobOfTwoRuns_hasTheValuesOfTheCsvExport()
    {
        await RunAsync($"{Train} --job j --stop-at 10");
        await RunAsync("jobs resume j --store jobs --local --quiet");
        string[][] rows = [.. (await RunAsync("jobs metrics j --store jobs")).OutputLines.Select(line => line.Split(','))];

        await RunAsync(Export);

        IReadOnlyList<ReadEvent> train = Read("train");
        Assert.Equal("brain.Event:2", train[0].FileVersion);
        ReadEvent[] steps = [.. train.Where(record => record.Scalar("loss") is not null)];
        Assert.Equal(rows.Skip(1).Select(row => long.Parse(row[0], CultureInfo.InvariantCulture)), steps.Select(record => record.Step));
        foreach ((string[] row, ReadEvent step) in rows.Skip(1).Zip(steps))
        {
            Assert.Equal(Number(row, "loss"), step.Scalar("loss"));
            Assert.Equal(Number(row, "accuracy"), step.Scalar("accuracy"));
            Assert.Equal(Number(row, "learning_rate"), step.Scalar("learning_rate"));
            Assert.Equal((float)(Double(row, "samples") / Double(row, "seconds")), step.Scalar("samples_per_second")!.Value, 1f);
            Assert.Equal(Number(row, "gradient_norm.conv1"), step.Scalar("gradient_norm/conv1"));
            Assert.Equal(Number(row, "weight_norm.dense1"), step.Scalar("weight_norm/dense1"));
            DateTime time = DateTime.Parse(row[Column("time")], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
            Assert.Equal((time - DateTime.UnixEpoch).TotalSeconds, step.WallTime, 1e-5);
        }

        string[][] epochs = [.. rows.Skip(1).Where(row => row[Column("epoch")].Length > 0)];
        IReadOnlyList<ReadEvent> test = Read("test");
        Assert.Equal([21L, 42L], test.Skip(1).Select(record => record.Step));
        Assert.Equal(epochs.Select(row => Number(row, "test_loss")), test.Skip(1).Select(record => record.Scalar("loss")));
        Assert.Equal(epochs.Select(row => Number(row, "test_accuracy")), test.Skip(1).Select(record => record.Scalar("accuracy")));
        Assert.False(Directory.Exists(_folder["board/j/validation"]));

        int Column(string name) => Array.IndexOf(rows[0], name);
        double Double(string[] row, string name) => double.Parse(row[Column(name)], CultureInfo.InvariantCulture);
        float? Number(string[] row, string name) => row[Column(name)].Length == 0 ? null : (float)Double(row, name);
    }

    [Fact]
    public async Task Tensorboard_jobWithValidationSamples_hasThemAsARun()
    {
        await RunAsync($"{Train} --job j --validation-split 0.1");
        IReadOnlyList<EpochMetrics> epochs = Record().Epochs;

        await RunAsync(Export);

        Assert.Equal(
            epochs.Select(epoch => (epoch.Step, (float?)epoch.ValidationLoss)),
            Read("validation").Skip(1).Select(record => (record.Step, record.Scalar("loss"))));
        Assert.Equal(epochs.Select(epoch => (float?)epoch.TestAccuracy), Read("test").Skip(1).Select(record => record.Scalar("accuracy")));
    }

    [Fact]
    public async Task Tensorboard_keptSnapshots_havePicturesAndHistogramsOfTheirWeights()
    {
        await RunAsync($"{Train} --job j --snapshot-every 7");

        await RunAsync(Export);

        JobFolder job = Job();
        ReadEvent[] kept = [.. Read("train").Where(record => record.Values.Any(value => value.Image is not null))];
        Assert.Equal(
            job.KernelRecords().Select(record => record.Step).Union(job.Snapshots().Select(head => head.Step)).Order(), kept.Select(record => record.Step));
        foreach (ReadEvent record in kept)
        {
            ReadImage picture = Assert.Single(record.Values, value => value.Tag == "kernels/conv1").Image!;
            using SKBitmap decoded = SKBitmap.Decode(picture.Png);
            Assert.Equal((picture.Width, picture.Height), (decoded.Width, decoded.Height));
            Assert.Equal(2, picture.Png[25]); // Red, green and blue.
            Assert.Equal(3, picture.Colorspace);
            Assert.True(decoded.Pixels.Distinct().Count() > 10);
        }

        foreach (SnapshotHead head in job.Snapshots())
        {
            Snapshot snapshot = SnapshotFile.Read(head.Path);
            ReadEvent record = kept.Single(record => record.Step == head.Step);
            foreach (SnapshotTensor tensor in snapshot.Tensors.Where(tensor => tensor.Role == SnapshotTensor.Weight))
                AssertHistogram(tensor.Values.ToArray(), Assert.Single(record.Values, value => value.Tag == $"weights/{tensor.Name}").Histogram!);
        }
    }

    [Fact]
    public async Task Tensorboard_writtenAgain_replacesTheFilesAndDoublesNoPoint()
    {
        await RunAsync($"{Train} --job j --stop-at 25");
        await RunAsync(Export);
        await RunAsync("jobs resume j --store jobs --local --quiet");

        await RunAsync(Export);
        IReadOnlyList<ReadEvent> read = Read("train");
        await RunAsync($"{Export} --follow");
        IReadOnlyList<ReadEvent> followed = Read("train");

        Assert.Equal(Enumerable.Range(0, 42).Select(step => (long)step), Steps(read));
        Assert.Equal(Steps(read), Steps(followed));
        Assert.Equal(read.Count, followed.Count);
        Assert.Equal(["test", "train"], Directory.GetDirectories(_folder["board/j"]).Select(Path.GetFileName).Order());

        static IEnumerable<long> Steps(IEnumerable<ReadEvent> events) =>
            events.Where(record => record.Scalar("loss") is not null).Select(record => record.Step);
    }

    [Fact]
    public async Task Tensorboard_followed_holdsOnlyWholeRecordsWhileTheJobRuns()
    {
        await RunAsync($"{Train} --job done --stop-at 1");
        JobStore store = new(_folder["jobs"]);
        store.Create("j", store.Open("done").Spec);
        Task<ProcessResult> following = DistConvProcess.RunAsync(_folder.FullPath, $"{Export} --follow".Split(' ')); // Waits, as the job is queued.
        Task<ProcessResult> training = DistConvProcess.RunAsync(_folder.FullPath, $"{Train} --job j".Split(' '));

        int looks = 0;
        while (await Task.WhenAny(following, Task.Delay(5, TestContext.Current.CancellationToken)) != following)
        {
            if (training.IsCompleted) Assert.True((await training).ExitCode == 0, (await training).ToString());
            if (!Directory.Exists(_folder["board/j/train"]) || Directory.GetFiles(_folder["board/j/train"], "*tfevents*") is not [var path]) continue;
            EventFileReader.ReadFile(path);
            looks++;
        }

        Assert.True((await training).ExitCode == 0 && (await following).ExitCode == 0, $"{await training} {await following}");
        Assert.True(looks > 0);
        Assert.Equal(Enumerable.Range(0, 42), Read("train").Where(record => record.Scalar("loss") is not null).Select(record => (int)record.Step));
        Assert.Contains(Read("train"), record => record.Values.Any(value => value.Image is not null));
    }

    [Fact]
    public async Task Tensorboard_damagedByte_isRefusedByTheReader()
    {
        await RunAsync($"{Train} --job j --stop-at 2");
        await RunAsync(Export);
        byte[] file = File.ReadAllBytes(Directory.GetFiles(_folder["board/j/train"]).Single());
        file = file[..(40 + 16 + BitConverter.ToInt32(file, 40))]; // The first two records; the first has 24 bytes.

        Assert.Equal(2, EventFileReader.Read(file).Count);
        for (int i = 0; i < file.Length; i++)
        {
            file[i] ^= 1;
            Assert.ThrowsAny<Exception>(() => EventFileReader.Read(file));
            file[i] ^= 1;
        }
    }

    [Theory]
    [InlineData(
        "jobs metrics j --store jobs --format tensorboard", "--format tensorboard writes a folder for each run: name the folder that holds them by --out DIR")]
    [InlineData("jobs metrics j --store jobs --format tensorboard --out tiny.json", "cannot write event files into 'tiny.json': it is a file; name a folder")]
    [InlineData("jobs metrics none --store jobs --format tensorboard --out board", "job 'none' is not in the store '*")]
    [InlineData(
        "jobs metrics j --store jobs --format tensorboard --out taken",
        "'taken/j' has event files of another job, whose points TensorBoard would mix with these "
            + "('taken/j/test/events.out.tfevents.1.other'): name another folder, or remove them")]
    [InlineData(
        "jobs metrics j --store jobs --format tensorboard --out /proc/board",
        "cannot write the event file '/proc/board/j/train/events.out.tfevents.*")]
    public async Task Command_badInput_isRefusedInOneLine(string command, string message)
    {
        await RunAsync($"{Train} --job j --stop-at 1");
        Directory.CreateDirectory(_folder["taken/j/test"]);
        File.WriteAllText(_folder["taken/j/test/events.out.tfevents.1.other"], "");

        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, command.Split(' '));

        string line = Assert.Single(result.ErrorLines);
        Assert.Equal(2, result.ExitCode);
        if (message.EndsWith('*')) Assert.StartsWith($"distconv: {message[..^1]}", line, StringComparison.Ordinal);
        else Assert.Equal($"distconv: {message}", line);
        Assert.False(Directory.Exists(_folder["board"]));
    }

    [Fact]
    public async Task Tensorboard_jobWithoutSteps_isRefusedInOneLine()
    {
        await RunAsync($"{Train} --job j --stop-at 1");
        JobFolder done = Job();
        new JobStore(_folder["jobs"]).Create("queued", done.Spec);

        ProcessResult result = await DistConvProcess.RunAsync(
            _folder.FullPath, "jobs metrics queued --store jobs --format tensorboard --out board".Split(' '));

        Assert.Equal(
            (2, "distconv: job 'queued' has no step yet: wait for its steps with --follow"), (result.ExitCode, Assert.Single(result.ErrorLines)));
        Assert.False(Directory.Exists(_folder["board"]));
    }

    private static void AssertHistogram(float[] values, ReadHistogram histogram)
    {
        Assert.Equal((values.Min(), values.Max(), values.Length), (histogram.Min, histogram.Max, histogram.Num));
        Assert.Equal(values.Sum(value => (double)value), histogram.Sum, 1e-9);
        Assert.Equal(values.Sum(value => (double)value * value), histogram.SumSquares, 1e-9);
        Assert.Equal(histogram.BucketLimits.Order(), histogram.BucketLimits);
        Assert.Equal(histogram.Max, histogram.BucketLimits[^1]);
        Assert.Equal(histogram.BucketLimits.Length, histogram.Buckets.Length);
        Assert.Equal(values.Length, histogram.Buckets.Sum());
        for (int i = 0; i < histogram.Buckets.Length - 1; i++)
        {
            double limit = histogram.BucketLimits[i]; // A value that is the limit, but for rounding, is in either bucket.
            Assert.InRange(histogram.Buckets.Take(i + 1).Sum(), values.Count(value => value < limit - 1e-9), values.Count(value => value <= limit + 1e-9));
        }
    }

    private IReadOnlyList<ReadEvent> Read(string run) => EventFileReader.ReadFile(Directory.GetFiles(_folder[$"board/j/{run}"]).Single());

    private JobFolder Job() => new JobStore(_folder["jobs"]).Open("j");

    private RecordTable Record() => Job().ReadRecordTable();

    private async Task<ProcessResult> RunAsync(string command)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, command.Split(' '));
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}
