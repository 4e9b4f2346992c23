using System.Text.Json;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Resizing;

/// <summary>Images in another size.</summary>
internal sealed class ResizingType : ResizeType<ResizingSpec>
{
    private static readonly ChoiceSetting<Interpolation> _interpolation = new("interpolation");
    private static readonly FlagSetting _crop = new("cropToAspectRatio", false) { KerasNames = ["crop_to_aspect_ratio"], IsLeftOutByDefault = true };
    private static readonly FlagSetting _pad = new("padToAspectRatio", false) { KerasNames = ["pad_to_aspect_ratio"], IsLeftOutByDefault = true };

    private static readonly NumberSetting _fillValue = new("fillValue", "a number", value => double.Abs(value) <= float.MaxValue, "0")
    {
        Default = 0,
        LeavesOutDefault = true,
        IsSingle = true,
        KerasNames = ["fill_value"],
    };

    private static readonly FixedSetting _fillMode = new("fill_mode", "\"constant\" (nothing else is supported)", value => value.ValueEquals("constant"));

    private static readonly FixedSetting _antialias =
        new("antialias", "false (nothing else is supported)", value => value.ValueKind == JsonValueKind.False);

    private ResizingType()
        : base(
            "resizing", "Resizing",
            Bind(_interpolation, layer => layer.Interpolation), Bind(_crop, layer => layer.CropToAspectRatio),
            Bind(_pad, layer => layer.PadToAspectRatio), Bind(_fillValue, layer => layer.FillValue), Bind(_fillMode, _ => true), Bind(_antialias, _ => true))
    {
    }

    public static ResizingType Instance { get; } = new();

    protected override ResizingSpec Read(string name, int height, int width, SettingReader settings)
    {
        settings.Get(_fillMode);
        settings.Get(_antialias);
        ResizingSpec layer = new(name, height, width)
        {
            Interpolation = settings.Get(_interpolation),
            CropToAspectRatio = settings.Get(_crop),
            PadToAspectRatio = settings.Get(_pad),
            FillValue = settings.Get(_fillValue),
        };
        return layer is { CropToAspectRatio: true, PadToAspectRatio: true }
            ? throw new InvalidInputException($"{settings.Fields.Where}: {_crop.Name} and {_pad.Name} exclude each other; keep one of them")
            : layer;
    }
}
