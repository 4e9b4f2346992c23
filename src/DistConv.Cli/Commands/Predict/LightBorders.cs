using DistConv.Images.Decoding;

namespace DistConv.Cli.Commands.Predict;

/// <summary>Notices pictures of dark on light for a network that was trained on light on black, where a person has probably forgotten
/// <c>--invert</c>.</summary>
/// <param name="data">What the network was trained on.</param>
/// <param name="options">How pictures are read.</param>
internal sealed class LightBorders(string data, PictureOptions options)
{
    private readonly bool _isTrainedOnBlack = data is "digits" or "mnist" or "fashion-mnist";
    private int _light;
    private int _all;

    /// <summary>Counts a picture.</summary>
    public void Count(ClassifiedPicture picture)
    {
        _all++;
        if (picture.BorderMean > 127) _light++;
    }

    /// <summary>A line if most pictures are light at their borders; null otherwise.</summary>
    public string? Advice => _isTrainedOnBlack && 2 * _light > _all
        ? $"{_light} of {_all} pictures have a light border, and {data} is light on black: {(options.IsInverted ? "try it without --invert" : "try --invert")}"
        : null;
}
