namespace DistConv.Images.Folders;

/// <summary>What people call a data set.</summary>
public static class DataTitle
{
    /// <summary>
    /// The name of a data set in a specification without the options that may follow it: "images/flowers" of "images/flowers?size=64x64&amp;color=rgb", "idx"
    /// of "idx/?transpose=yes".
    /// </summary>
    /// <param name="name">The name in a specification.</param>
    /// <returns>The short name.</returns>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Uri.UnescapeDataString(name.Split('?')[0]).TrimEnd('/');
    }
}
