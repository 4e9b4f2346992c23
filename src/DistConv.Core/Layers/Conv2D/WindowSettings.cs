using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>The settings that all convolutions share.</summary>
internal static class WindowSettings
{
    /// <summary>Rows and columns of the kernel.</summary>
    public static readonly SizePairSetting Kernel = new("kernel", "[3, 3]") { KerasNames = ["kernel_size"], Sides = ("nb_row", "nb_col") };

    /// <summary>From one window to the next.</summary>
    public static readonly SizePairSetting Strides = new("strides") { KerasNames = ["subsample"], Default = (1, 1) };

    /// <summary>Treatment of the border.</summary>
    public static readonly ChoiceSetting<Padding> Padding = new("padding") { KerasNames = ["border_mode"] };

    /// <summary>From one tap to the next.</summary>
    public static readonly SizePairSetting Dilation =
        new("dilation") { KerasNames = ["dilation_rate", "atrous_rate"], Default = (1, 1), IsLeftOutByDefault = true };

    /// <summary>Outputs of each channel.</summary>
    public static readonly SizeSetting DepthMultiplier = new("depthMultiplier", "1") { KerasNames = ["depth_multiplier"], Default = 1 };

    /// <summary>Weights of the channels' own kernels before training; in Keras 1 <c>init</c> is that of all kernels.</summary>
    public static readonly InitializerSetting DepthwiseInitializer =
        new("depthwiseInitializer", InitializerRules.DefaultKernel) { KerasNames = ["depthwise_initializer", "init"] };

    /// <summary>Reads the windows of a layer.</summary>
    public static ConvolutionWindow Read(SettingReader settings)
    {
        (int kernelH, int kernelW) = settings.Get(Kernel);
        (int strideH, int strideW) = settings.Get(Strides);
        (int dilationH, int dilationW) = settings.Get(Dilation);
        return new ConvolutionWindow(kernelH, kernelW, strideH, strideW, dilationH, dilationW, settings.Get(Padding));
    }
}
