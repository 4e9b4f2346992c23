namespace DistConv.Grains.Jobs;

/// <summary>
/// Whether anything was created in a folder or removed from it since the last look. What changes a moment after a look may get the same time stamp, since
/// clocks of file systems are coarse: a folder that has changed counts as changed at the next look, too.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class FolderChanges(string path)
{
    private DateTime _seen;
    private bool _isSettled;

    /// <summary>Looks.</summary>
    /// <returns>True at the first look.</returns>
    public bool Look()
    {
        DateTime changed = Directory.GetLastWriteTimeUtc(path);
        bool isSame = changed == _seen;
        if (isSame && _isSettled) return false;
        (_seen, _isSettled) = (changed, isSame);
        return true;
    }

    /// <summary>Has the next look find a change.</summary>
    public void Forget() => _isSettled = false;
}
