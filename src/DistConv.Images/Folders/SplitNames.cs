namespace DistConv.Images.Folders;

/// <summary>What a part of a data set is for.</summary>
internal enum SplitRole
{
    /// <summary>To train on.</summary>
    Train,

    /// <summary>To be evaluated after each epoch, and to choose the best one by.</summary>
    Validation,

    /// <summary>To be held out.</summary>
    Test,
}

/// <summary>The names by which people call the parts of a data set, in any case: "train", "Training", "TRAIN_SET", "val", "Valid", "test-images".</summary>
internal static class SplitNames
{
    private static readonly string[] _suffixes = ["set", "data", "images", "pictures", "split"];

    /// <summary>What a folder is for.</summary>
    /// <param name="folder">Its name.</param>
    /// <returns>Null if the name says nothing: then it may be a class.</returns>
    public static SplitRole? RoleOf(string folder)
    {
        string word = new([.. folder.ToLowerInvariant().Where(letter => letter is not ('-' or '_' or '.' or ' '))]);
        string? suffix = _suffixes.FirstOrDefault(end => word.EndsWith(end, StringComparison.Ordinal));
        return word[..^(suffix?.Length ?? 0)] switch
        {
            "train" or "training" => SplitRole.Train,
            "val" or "valid" or "validation" or "validate" or "dev" => SplitRole.Validation,
            "test" or "testing" or "heldout" or "holdout" => SplitRole.Test,
            _ => null,
        };
    }
}
