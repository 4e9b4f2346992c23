using System.Text.RegularExpressions;

namespace DistConv.Cli.Options;

/// <summary>
/// The libraries' messages name settings, because a program that uses them has no command line. This adds how a command line spells them: a setting at the
/// beginning of a sentence gets its option's name, and a setting that is named in words gets it in brackets.
/// </summary>
internal static partial class OptionSpelling
{
    private static readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["cluster"] = "--cluster",
        ["clusterId"] = "--cluster-id",
        ["listen"] = "--listen",
        ["bulkPort"] = "--bulk-port",
        ["gatewayPort"] = "--gateway-port",
        ["health"] = "--health",
        ["samples"] = "--samples",
        ["epochs"] = "--epochs",
        ["steps"] = "--steps",
        ["totalSteps"] = "--steps",
        ["globalBatch"] = "--batch",
        ["shards"] = "--shards",
        ["silos"] = "--silos",
        ["threads"] = "--threads",
        ["stopAt"] = "--stop-at",
        ["snapshotEverySteps"] = "--snapshot-every",
        ["normsEverySteps"] = "--norms-every",
        ["validationSplit"] = "--validation-split",
        ["earlyStopPatience"] = "--early-stop",
        ["bestBy"] = "--best-by",
        ["keepBest"] = "--keep-best",
        ["clipNorm"] = "--clip-norm",
        ["seed"] = "--seed",
        ["tags"] = "--tag",
        ["note"] = "--note",
        ["initialWeights"] = "--initial-weights",
        ["model"] = "--model",
        ["replaceHead"] = "--replace-head",
        ["freeze"] = "--freeze",
        ["frozenLayers"] = "--freeze",
        ["freezeUntilEpoch"] = "--freeze-until",
        ["layerRates"] = "--layer-rates",
        ["loss"] = "--loss",
        ["labelSmoothing"] = "--label-smoothing",
        ["classWeights"] = "--class-weights",
        ["oversampling"] = "--oversample",
        ["augmentation"] = "--augment",
        ["optimizer.name"] = "--optimizer",
        ["optimizer.learningRate"] = "--learning-rate",
        ["optimizer.momentum"] = "--momentum",
        ["optimizer.nesterov"] = "--nesterov",
        ["optimizer.weightDecay"] = "--weight-decay",
        ["schedule"] = "--schedule",
        ["schedule.name"] = "--schedule",
        ["schedule.everyEpochs"] = "the number of epochs in --schedule",
        ["schedule.factor"] = "the factor in --schedule",
        ["schedule.minFraction"] = "the last fraction in --schedule",
        ["schedule.growth"] = "the growth in --schedule",
        ["schedule.peakAt"] = "the peak's place in --schedule",
        ["schedule.startFraction"] = "the first fraction in --schedule",
        ["schedule.warmupSteps"] = "--warmup",
    };

    private static readonly Dictionary<string, string> _words = new(StringComparer.Ordinal)
    {
        ["data directory"] = "--data-dir DIR",
        ["store directory"] = "--store DIR",
        ["cache directory"] = "--cache DIR",
        ["downloads are forbidden"] = "--offline or DISTCONV_OFFLINE",
        ["memory for data"] = "--data-memory SIZE",
        ["image size"] = "--image-size HxW",
        ["image color"] = "--image-color",
        ["leave out unreadable pictures"] = "--unreadable skip",
        ["larger test split"] = "--test-split",
        ["smaller test split"] = "--test-split",
        ["a transposition"] = "--transpose",
        ["cluster address"] = "--cluster redis://HOST:PORT",
        ["cluster id"] = "--cluster-id ID",
        ["dashboard port"] = "--dashboard PORT, or --port of 'distconv dashboard'",
        ["advertised address"] = "--advertise",
        ["input shape"] = "--input",
        ["export format"] = "--format",
        ["weight layout"] = "--layout",
        ["initial weights file"] = "--initial-weights",
        ["name initial weights"] = "--initial-weights",
        ["replace the head"] = "--replace-head",
        ["layers to freeze"] = "--freeze",
    };

    /// <summary>Adds the spelling.</summary>
    /// <param name="message">A line of a library.</param>
    /// <returns>The same line for a command line; unchanged if it names no setting.</returns>
    public static string Apply(string message)
    {
        string named = Setting().Replace(message, match => _settings.TryGetValue(match.Groups[2].Value, out string? option) ? match.Groups[1].Value + option
            + match.Groups[3].Value : match.Value);
        foreach ((string words, string option) in _words)
        {
            int at = named.IndexOf(words, StringComparison.Ordinal);
            if (at >= 0) named = named.Insert(at + words.Length, $" ({option})");
        }

        return named;
    }

    /// <summary>A setting that begins a sentence or a problem of a list: "samples is 5, …; shards is 0, …".</summary>
    [GeneratedRegex(@"(^|; |\n *)([a-z][A-Za-z.]*)( is | are | has |: )", RegexOptions.CultureInvariant)]
    private static partial Regex Setting();
}
