using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace DistConv.Cli.Options;

/// <summary>Options that take a number. A wrong one is named together with the option and what it allows.</summary>
internal static class NumberOption
{
    /// <summary>A whole number in a closed range; null if it is not given.</summary>
    public static Option<T?> Whole<T>(string name, string helpName, string description, T min, T max)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string allowed = max == T.MaxValue ? $"a whole number of at least {min}" : $"a whole number from {min} to {max}";
        string range = max >= T.CreateSaturating(999_999_999) ? $"from {min}" : $"{min} to {max}";
        return Create<T>(name, helpName, WithRange(description, range), allowed, text =>
            T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value) && value >= min && value <= max ? value : null);
    }

    /// <summary>A finite number; null if it is not given.</summary>
    public static Option<T?> Real<T>(string name, string helpName, string description, string allowed, Func<T, bool> isAllowed)
        where T : struct, IFloatingPointIeee754<T> =>
        Create<T>(name, helpName, WithRange(
            description, allowed.Replace("a number ", "", StringComparison.Ordinal).Replace("of at least", "from", StringComparison.Ordinal)), allowed, text =>
            T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && T.IsFinite(value) && isAllowed(value) ? value : null);

    /// <summary>"Samples of a step [1 to 1000000; default: 128]." of "Samples of a step [default: 128].".</summary>
    private static string WithRange(string description, string range) => description.Contains("[default", StringComparison.Ordinal)
        ? description.Replace("[default", $"[{range}; default", StringComparison.Ordinal)
        : $"{description.TrimEnd('.')} [{range}].";

    private static Option<T?> Create<T>(string name, string helpName, string description, string allowed, Func<string, T?> parse)
        where T : struct
    {
        Option<T?> option = new(name) { Description = description, HelpName = helpName, Arity = ArgumentArity.ExactlyOne };
        option.CustomParser = result =>
        {
            if (result.Tokens is not [Token token]) return null;
            T? value = parse(token.Value);
            if (value is null) result.AddError($"{name} is '{token.Value}'; give {allowed}");
            return value;
        };
        return option;
    }
}
