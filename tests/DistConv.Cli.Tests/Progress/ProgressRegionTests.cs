using CsCheck;
using DistConv.Cli.Output;
using DistConv.Cli.Progress;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using Xunit;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Cli.Tests.Progress;

public sealed class ProgressRegionTests
{
    private static readonly JobFigures OfClasses =
        new() { Loss = "mean cross-entropy, nats", Accuracy = JobFigures.ClassAccuracy, HasAuc = false, HasMeanAbsoluteError = false };

    private static readonly double[] Awkward = [0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, 1e-300, -1];

    private static readonly string[] Addresses = ["local", "127.0.0.1:11111", "[fe80::1234:5678:9abc:def0]:30000", "漢字"];

    private static readonly Gen<double> AnyNumber = Gen.Select(Gen.Double[0, 5], Gen.Int[0, 20], (usual, i) => i < Awkward.Length ? Awkward[i] : usual);

    private static readonly Gen<SiloStatus> AnySilo = Gen.Select(
        Gen.Int[0, 3],
        Gen.Int[0, 4_000_000],
        Gen.Int[0, 999].Array[0, 40],
        Gen.Int[0, 256],
        Gen.Double[0, 99_999],
        (silo, pid, shards, threads, ms) => new SiloStatus(Addresses[silo], "h", pid, shards, threads, ms));

    [Fact]
    public void Lines_80Columns_oneSilo() => Golden(
        80,
        silos: 1,
        "digits-1123-0412-a3f ━━━━━━━━━━━━━━━━━━━━━━━━━────────────────  62 %   0:14 left",
        "epoch 2/2  step 120/469  loss 0.2301  acc 93.1 %  4,120 samples/s",
        "2.0000 █▇▅▄▃▁",
        "  loss ███████▇▅▄▃▁",
        " (log) █████████████▆▅▄▂▁",
        "0.0200 ███████████████████▆▅▄▂▁",
        "silo 127.0.0.1:11111  pid 4711  shards 0-7  2 threads  40.0 ms");

    [Fact]
    public void Lines_200Columns_twelveSilos() => Golden(
        200,
        silos: 12,
        "digits-1123-0412-a3f "
            + "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━"
            + "────────────────────────────────────────────────────────────  62 %   0:14 left",
        "epoch 2/2  step 120/469  loss 0.2301  accuracy 93.1 %  4,120 samples/s",
        "2.0000 █▇▅▄▃▁",
        "  loss ███████▇▅▄▃▁",
        " (log) █████████████▆▅▄▂▁",
        "0.0200 ███████████████████▆▅▄▂▁",
        "silo 127.0.0.1:11113  pid 4713  shards 16-23  2 threads  95.2 ms  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ slow",
        "silo 127.0.0.1:11122  pid 4722  shards 88-95  2 threads  51.0 ms  ━━━━━━━━━━━━━━━━━━",
        "silo 127.0.0.1:11121  pid 4721  shards 80-87  2 threads  50.0 ms  ━━━━━━━━━━━━━━━━━━",
        "silo 127.0.0.1:11120  pid 4720  shards 72-79  2 threads  49.0 ms  ━━━━━━━━━━━━━━━━━━",
        "silo 127.0.0.1:11119  pid 4719  shards 64-71  2 threads  48.0 ms  ━━━━━━━━━━━━━━━━━",
        "silo 127.0.0.1:11118  pid 4718  shards 56-63  2 threads  47.0 ms  ━━━━━━━━━━━━━━━━━",
        "silo 127.0.0.1:11117  pid 4717  shards 48-55  2 threads  46.0 ms  ━━━━━━━━━━━━━━━━",
        "… and 5 more, faster");

    [Fact]
    public void Lines_anything_neverWiderOrHigherThanTheTerminal() =>
        Gen.Select(AnyNumber.Array[6], AnySilo.Array[0, 14], AnyNumber.Array[0, 300], Gen.Int[20, 200], Gen.Int[1, 60], Gen.Bool, Gen.Long[0, 40_000]).Sample(
            (numbers, silos, losses, width, height, unicode, step) =>
            {
                LossCurve curve = new();
                for (int i = 0; i < losses.Length; i++) curve.Add(i, i + 1, losses[i]);
                JobStatus status = Status(silos) with
                {
                    Job = new string('x', (int)(step % 64) + 1),
                    Step = step,
                    TotalSteps = 30_000,
                    Loss = numbers[0],
                    Accuracy = numbers[1],
                    SamplesPerSecond = numbers[2],
                    RemainingSeconds = numbers[3],
                    LearningRate = numbers[4],
                    ElapsedSeconds = numbers[5],
                    State = (JobState)(step % 8),
                };
                IReadOnlyList<StyledLine> lines = ProgressRegion.Lines(status, OfClasses, curve, new Viewport(width, height, unicode));
                Assert.All(lines, line => Assert.True(StyledLine.WidthOf(line.ToString()) <= width, $"{line} is wider than {width}"));
                Assert.InRange(lines.Count, 1, Math.Max(1, height - 1));
                if (!unicode && !silos.Any(silo => silo.Silo == "漢字")) Assert.All(lines, line => Assert.True(Ascii(line), line.ToString()));
            });

    [Fact]
    public void Lines_everyWidth_keepsTheMostImportant()
    {
        for (int width = 20; width <= 200; width++)
        {
            IReadOnlyList<StyledLine> lines = ProgressRegion.Lines(Status(Silos(12)), OfClasses, new LossCurve(), new Viewport(width, 24, true));
            Assert.Contains("62 %", lines[0].ToString(), StringComparison.Ordinal);
            Assert.Contains("loss 0.2301", lines[1].ToString(), StringComparison.Ordinal);
            Assert.All(lines, line => Assert.InRange(StyledLine.WidthOf(line.ToString()), 1, width));
        }
    }

    [Fact]
    public void Lines_notANumber_isShownAsOne() =>
        Assert.Contains("loss NaN  acc -", Text(Status(Silos(1)) with { Loss = double.NaN, Accuracy = double.NaN })[1], StringComparison.Ordinal);

    [Fact]
    public void Lines_ratesUnknown_areLeftOut()
    {
        string[] lines = Text(Status([]) with { SamplesPerSecond = 0, LearningRate = 0 });
        Assert.EndsWith("62 %", lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("epoch 2/2  step 120/469  loss 0.2301  acc 93.1 %", lines[1]);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void Lines_learningRate_isShownIfKnown() =>
        Assert.Contains("  lr 0.0005", Text(Status([]) with { LearningRate = 5e-4 })[1], StringComparison.Ordinal);

    [Fact]
    public void Lines_betweenTwoEpochs_showTheOneThatEnded()
    {
        JobStatus status = Status([]) with { Step = 469, Epochs = [new EpochMetrics(1, 469, 0.5, 0.9, 0.4, 0.95, 10, 60_000, "")] };
        Assert.StartsWith("epoch 1/2  step 469/469  loss 0.5000  acc 90.0 %", Text(status)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_ended_sayHowAndHowLong() =>
        Assert.EndsWith("100 %  done in 0:38", Text(Status([]) with { Step = 938, State = JobState.Done, ElapsedSeconds = 37.4 })[0], StringComparison.Ordinal);

    [Fact]
    public void Lines_longJobId_isCut() => Assert.StartsWith(
        "a-very-long-job-id-that-n… ━", Text(Status([]) with { Job = "a-very-long-job-id-that-nobody-would-type" })[0], StringComparison.Ordinal);

    [Fact]
    public void Lines_ascii_hasNothingElse() =>
        Assert.StartsWith(
            "digits-1123-0412-a3f ######",
            ProgressRegion.Lines(Status([]), OfClasses, new LossCurve(), new Viewport(80, 24, false))[0].ToString(),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 3 }, "3")]
    [InlineData(new[] { 2, 0, 1, 5, 7, 6 }, "0-2,5-7")]
    public void Ranges_shards_areShort(int[] shards, string expected) => Assert.Equal(expected, ProgressSilos.Ranges(shards));

    [Fact]
    public void Lines_numbers_haveLossesInPlaceOfAccuracies()
    {
        EpochMetrics epoch = new(1, 469, 0.3, 0, 0.21234, 0, 1, 60_000, "") { TestMeanAbsoluteError = 0.4 };
        JobFigures ofNumbers = OfClasses with { Loss = "mean squared error", Accuracy = null, HasMeanAbsoluteError = true };
        string line = ProgressRegion.Lines(Status([]) with { Epochs = [epoch] }, ofNumbers, new LossCurve(), new Viewport(120, 24, true))[1].ToString();
        Assert.Contains("loss 0.2301", line, StringComparison.Ordinal);
        Assert.Contains("held-out 0.2123", line, StringComparison.Ordinal);
        Assert.DoesNotContain("%", line, StringComparison.Ordinal);
    }

    private static void Golden(int width, int silos, params string[] expected)
    {
        LossCurve curve = new();
        for (int step = 0; step < 24; step++) curve.Add(step, step + 1, 2 * Math.Pow(0.01, step / 23.0));
        IReadOnlyList<StyledLine> lines = ProgressRegion.Lines(Status(Silos(silos)), OfClasses, curve, new Viewport(width, 24, true));
        Assert.Equal(string.Join('\n', expected), string.Join('\n', lines));
    }

    private static string[] Text(JobStatus status) =>
        [.. ProgressRegion.Lines(status, OfClasses, new LossCurve(), new Viewport(80, 24, true)).Select(line => line.ToString())];

    private static bool Ascii(StyledLine line) => line.ToString().All(char.IsAscii);

    /// <summary>Silos that hold the shards in turns; the third one is slow.</summary>
    private static SiloStatus[] Silos(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new SiloStatus(
            $"127.0.0.1:{11111 + i}", "host", 4711 + i, [.. Enumerable.Range(i * 8, 8)], 2, i == 2 ? 95.25 : 40 + i)),
    ];

    private static JobStatus Status(IReadOnlyList<SiloStatus> silos) => new()
    {
        Job = "digits-1123-0412-a3f",
        State = JobState.Running,
        Step = 589,
        TotalSteps = 938,
        Epoch = 2,
        EpochCount = 2,
        StepsPerEpoch = 469,
        Loss = 0.23011,
        Accuracy = 0.931,
        SamplesPerSecond = 4120.4,
        RemainingSeconds = 13.2,
        Silos = silos,
    };
}
