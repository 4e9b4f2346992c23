using System.Globalization;
using DistConv.Core;

namespace DistConv.Cli.Options;

/// <summary>Reads amounts of memory.</summary>
internal static class SizeText
{
    private const int StepBits = 10;
    private const long MaxBytes = 1L << 50;
    private static readonly string[] _units = ["KB", "MB", "GB", "TB"];

    /// <summary>Reads how much memory pictures may take: "512MB" or "1.5GB"; a unit is 1,024 of the one before.</summary>
    /// <param name="setting">The text and what gave it.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="InvalidInputException">It is no such amount, or too little.</exception>
    public static long DataMemory(NamedSetting setting)
    {
        string text = setting.Value.Trim();
        int unit = Array.FindIndex(_units, name => text.EndsWith(name, StringComparison.OrdinalIgnoreCase));
        bool isNumber = double.TryParse(
            unit < 0 ? "" : text[..^2].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double bytes = unit < 0 ? 0 : number * (1L << (StepBits * (unit + 1)));
        return isNumber && bytes >= Training.Data.Stored.DataMemory.MinBytes && bytes <= MaxBytes
            ? (long)bytes
            : throw new InvalidInputException($"{setting.Source} is '{setting.Value}'; give an amount of memory of at least 1MB, as 512MB or 1.5GB");
    }
}
