namespace DistConv.Training.Data.Npz;

/// <summary>What an array of an npz file is for.</summary>
internal enum NpzPart
{
    /// <summary>To train on, or all there is.</summary>
    Train,

    /// <summary>To validate by.</summary>
    Validation,

    /// <summary>Held out.</summary>
    Test,
}

/// <summary>
/// The names that people give to arrays: x_train and y_train as Keras does, train_images and train_labels, images and labels, data and target, X and y, and
/// numpy.savez's own arr_0 and arr_1; in any case and order.
/// </summary>
internal static class NpzNames
{
    private static readonly string[] _images = ["x", "images", "image", "imgs", "data", "pictures", "features", "inputs"];
    private static readonly string[] _labels = ["y", "labels", "label", "target", "targets", "classes", "lbls"];

    /// <summary>What an array is.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its part, and whether it holds images or labels; null: neither.</returns>
    public static (NpzPart Part, bool IsImages)? Of(string name)
    {
        string lower = name.ToLowerInvariant();
        if (lower is "arr_0" or "arr_1") return (NpzPart.Train, lower == "arr_0");
        NpzPart? part = null;
        bool? isImages = null;
        foreach (string word in lower.Split('_', '-', '/', '.', ' '))
        {
            NpzPart? named = word switch
            {
                "train" or "training" => NpzPart.Train,
                "val" or "valid" or "validation" or "dev" => NpzPart.Validation,
                "test" or "testing" => NpzPart.Test,
                _ => null,
            };
            bool? kind = _images.Contains(word) ? true : _labels.Contains(word) ? false : null;
            if ((named is null && kind is null) || (named is not null && part is not null)) return null;
            part ??= named;
            // "train_data" and "data_train" are images, "train_data_labels" is labels.
            isImages = kind == false ? false : isImages ?? kind;
        }

        return isImages is { } images ? (part ?? NpzPart.Train, images) : null;
    }
}
