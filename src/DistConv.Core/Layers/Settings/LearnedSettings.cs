namespace DistConv.Core.Layers.Settings;

/// <summary>The settings that all layers with a kernel share.</summary>
internal static class LearnedSettings
{
    /// <summary>What follows the sums.</summary>
    public static readonly ChoiceSetting<Activation> Activation = new("activation") { NullIsDefault = true };

    /// <summary>Weights before training.</summary>
    public static readonly InitializerSetting KernelInitializer =
        new("kernelInitializer", InitializerRules.DefaultKernel) { KerasNames = ["init", "kernel_initializer"] };

    /// <summary>Biases before training.</summary>
    public static readonly InitializerSetting BiasInitializer = new("biasInitializer", InitializerRules.DefaultBias) { KerasNames = ["bias_initializer"] };

    /// <summary>Whether there are biases.</summary>
    public static readonly FlagSetting UseBias = new("useBias", true) { KerasNames = ["use_bias", "bias"] };
}
