using System.Text.Json;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Resizing;

/// <summary>Images in another size.</summary>
internal sealed class ResizingType : ResizeType<ResizingSpec>
{
    private static readonly ChoiceSetting<Interpolation> _interpolation = new("interpolation");
    private static readonly FlagSetting _crop = new("cropToAspectRatio", false) { KerasNames = ["crop_to_aspect_ratio"], IsLeftOutByDefault = true };
    private static readonly FixedSetting _pad = Never("pad_to_aspect_ratio"), _antialias = Never("antialias");

    // Of the borders of pad_to_aspect_ratio, which is refused.
    private static readonly FixedSetting _fillMode = new("fill_mode", "\"constant\"", value => value.ValueKind == JsonValueKind.String);
    private static readonly FixedSetting _fillValue = new("fill_value", "a number", value => value.ValueKind == JsonValueKind.Number);

    private ResizingType()
        : base(
            "resizing", "Resizing",
            Bind(_interpolation, layer => layer.Interpolation), Bind(_crop, layer => layer.CropToAspectRatio),
            Bind(_pad, _ => true), Bind(_antialias, _ => true), Bind(_fillMode, _ => true), Bind(_fillValue, _ => true))
    {
    }

    public static ResizingType Instance { get; } = new();

    protected override ResizingSpec Read(string name, int height, int width, SettingReader settings)
    {
        foreach (FixedSetting setting in (FixedSetting[])[_pad, _antialias, _fillMode, _fillValue]) settings.Get(setting);
        return new ResizingSpec(name, height, width) { Interpolation = settings.Get(_interpolation), CropToAspectRatio = settings.Get(_crop) };
    }

    private static FixedSetting Never(string name) =>
        new(name, "false (nothing else is supported)", value => value.ValueKind == JsonValueKind.False);
}
