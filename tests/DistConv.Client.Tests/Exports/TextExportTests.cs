using DistConv.Client.Exports;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Client.Tests.Exports;

/// <summary>The bytes of the exports, which other programs read.</summary>
public sealed class TextExportTests
{
    private static readonly DateTimeOffset _time = new(2026, 1, 2, 3, 4, 5, 678, 901, TimeSpan.Zero);

    [Fact]
    public void Write_csv_hasARowForEachStepWithTheNumbersOfTheRecord() => Assert.Equal(
        """
        step,time,loss,accuracy,learning_rate,samples,seconds,compute_seconds,exchange_seconds,reduce_seconds,update_seconds,exchanged_bytes,retried_shards,
        """ + """
        epoch,test_loss,test_accuracy,validation_loss,validation_accuracy,test_auc,test_mean_absolute_error,validation_auc,validation_mean_absolute_error,
        """ + """
        "gradient_norm.a,b","weight_norm.a,b"
        2,,NaN,0.25,,7,0.001,,,,,,,,,,,,,,,,,
        3,2026-01-02T03:04:05.6789010Z,0.30000000000000004,0.5,0.001,10,0.0125,0.0015,0.00025,0.000125,0,1000,2,1,0.75,0.5,,,0.625,,,3.5,0.1,2

        """.ReplaceLineEndings("\r\n"),
        Written("csv"));

    [Fact]
    public void Write_jsonLines_hasALineForEachEntry() => Assert.Equal(
        """
        {"type":"step","step":2,"loss":"NaN","accuracy":0.25,"samples":7,"seconds":0.001}
        {"type":"step","step":3,"time":"2026-01-02T03:04:05.678901Z","loss":0.30000000000000004,"accuracy":0.5,"learningRate":0.001,"samples":10,
        """ + """
        "seconds":0.0125,"computeSeconds":0.0015,"exchangeSeconds":0.00025,"reduceSeconds":0.000125,"updateSeconds":0,"exchangedBytes":1000,"retriedShards":2,
        """ + """
        "gradientNorms":{"a,b":0.10000000149011612},"weightNorms":{"a,b":2}}
        {"type":"epoch","epoch":1,"step":4,"trainLoss":1.5,"trainAccuracy":0.25,"testLoss":0.75,"testAccuracy":0.5,"testAuc":0.625,
        """ + """
        "validationMeanAbsoluteError":3.5,"seconds":3,"samplesUsed":17,
        """ + """
        "coverageDigest":"17:1"}
        {"type":"event","kind":"shardsMoved","step":4,"time":"2026-01-02T03:04:05.678901Z","text":"shard 1 moved"}

        """.ReplaceLineEndings("\n"),
        Written("jsonl"));

    /// <summary>A share of samples that are right means nothing for numbers.</summary>
    [Fact]
    public void Write_jobOfNumbers_hasNoAccuracy()
    {
        string csv = Written("csv", hasAccuracy: false), lines = Written("jsonl", hasAccuracy: false);
        Assert.Contains("\r\n2,,NaN,,,7,0.001,", csv, StringComparison.Ordinal);
        Assert.Contains(",1,0.75,,,,0.625,,,3.5,0.1,2\r\n", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("ccuracy", lines, StringComparison.Ordinal);
    }

    private static string Written(string format, bool hasAccuracy = true)
    {
        RecordTable table = new();
        StepEntry old = new(2, double.NaN, 0.25, 7, 1, [], null);
        StepEntry step = new(3, 0.1 + 0.2, 0.5, 10, 12.5, [], 0.001f)
        {
            Time = _time,
            Timing = new StepTiming(1.5, 0.25, 0.125, 0, 1000),
            RetriedShards = 2,
            Norms = new LayerNorms([0.1f], [2]),
        };
        EpochMetrics epoch = new(1, 4, 1.5, 0.25, 0.75, 0.5, 3, 17, "17:1", null, null) { TestAuc = 0.625, ValidationMeanAbsoluteError = 3.5 };
        foreach (StepEntry entry in (StepEntry[])[old, step]) table.Add(new RecordEntry(default, entry, null));
        table.Add(new RecordEntry(default, null, new JobEvent(4, _time, JobEventKind.Evaluation, "epoch 1", epoch)));
        table.Add(new RecordEntry(default, null, new JobEvent(4, _time, JobEventKind.ShardsMoved, "shard 1 moved")));
        using StringWriter text = new();
        TextExport.Write(table, format, new ExportedJob(["a,b"], hasAccuracy), text);
        return text.ToString();
    }
}
