using System.CommandLine;
using DistConv.Core;
using DistConv.Images.Decoding;

namespace DistConv.Cli.Options;

/// <summary>The options of every command that reads pictures: how they become a model's input.</summary>
internal sealed class PictureOptionSet
{
    private readonly Option<bool> _invert =
        new("--invert") { Description = "Turn light into dark: for dark ink on paper, where the model has learned light on dark." };

    private readonly Option<string?> _fit = CommonOptions.Text(
        "--fit", string.Join('|', PictureOptions.FitNames),
            "What becomes of other proportions than the model's: scale each side, keep all with a margin, or keep the middle [default: stretch].");

    private readonly Option<string?> _background = CommonOptions.Text(
        "--background", "COLOUR", "What is behind transparent pixels and beside padded pictures: white, black or six hexadecimal digits [default: white].");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_invert, _fit, _background]) command.Add(option);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidInputException">A fit or a colour is not known.</exception>
    public PictureOptions Read(ParseResult parsed) => new(PictureOptions.ParseFit("--fit", parsed.GetValue(_fit)), parsed.GetValue(_invert))
    {
        Background = parsed.GetValue(_background) is not { } colour ? Colour.White
            : Colour.TryParse(colour)
                ?? throw new InvalidInputException($"--background '{colour}' is no colour: write white, black or six hexadecimal digits such as ff8800"),
    };
}
