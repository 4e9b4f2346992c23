using System.Globalization;
using DistConv.Core;

namespace DistConv.Training.Data.Npz;

/// <summary>
/// What makes tensors of an npz file. It stands in a job's specification as a part of the data set's name: "npz/mnist.npz", or
/// "npz/cells.npz?test=0.2&amp;seed=0" if samples are held out of it.
/// </summary>
/// <param name="File">The file's own name, without a path.</param>
/// <param name="TestShare">The share of each class that is held out if the file has no test part; null in the name of a file that has one. Default:
/// 0.2.</param>
/// <param name="Seed">Key of the order of the samples, and of which are held out. Default: 0.</param>
public sealed record NpzOptions(string File, double? TestShare = NpzOptions.DefaultTestShare, ulong Seed = 0)
{
    /// <summary>How people name a file: this, and its path.</summary>
    public const string PathPrefix = "npz:";

    /// <summary>How a specification does: this, and the file's own name.</summary>
    public const string NamePrefix = "npz/";

    /// <summary>The default of <see cref="TestShare"/>.</summary>
    public const double DefaultTestShare = 0.2;

    /// <summary>The name in a specification.</summary>
    /// <returns>The same for equal options.</returns>
    public string ToName() => $"{NamePrefix}{Uri.EscapeDataString(File)}"
        + (TestShare is { } share ? $"?test={share.ToString("R", CultureInfo.InvariantCulture)}&seed={Seed}" : "");

    /// <summary>Reads what <see cref="ToName"/> gave.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The options; null if it is another data set's name.</returns>
    /// <exception cref="InvalidInputException">An option is unknown or has no such value.</exception>
    public static NpzOptions? TryParse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(NamePrefix, StringComparison.Ordinal)) return null;
        string[] parts = name[NamePrefix.Length..].Split('?', 2);
        NpzOptions options = new(Uri.UnescapeDataString(parts[0]), TestShare: null);
        foreach (string pair in parts.Length > 1 ? parts[1].Split('&') : [])
        {
            string[] words = pair.Split('=', 2);
            string value = words.Length > 1 ? words[1] : "";
            options = words[0] switch
            {
                "test" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1 =>
                    options with { TestShare = share },
                "seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) => options with { Seed = seed },
                _ => throw new InvalidInputException($"data '{name}' has '{pair}', which this build of DistConv does not know"),
            };
        }

        return options;
    }
}
