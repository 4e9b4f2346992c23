using DistConv.Core;

namespace DistConv.Client.Security;

/// <summary>
/// A folder of certificates that is looked at again when its files change, so that renewing them needs no restart: connections that are made afterwards show
/// the new certificate, and those that exist go on.
/// </summary>
public sealed class TlsFolder
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _warnBefore = TimeSpan.FromDays(14);

    private readonly Lock _gate = new();
    private readonly string _clusterId;
    private readonly bool _isSilo;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private TlsIdentity _current;
    private string _stamp;
    private string _refusedStamp = "";
    private long _looked;

    private TlsFolder(string path, string clusterId, bool isSilo, Action<string> warn, TimeProvider time)
    {
        (Path, _clusterId, _isSilo, _warn, _time) = (path, clusterId, isSilo, warn, time);
        _stamp = Stamp();
        _current = TlsIdentity.Read(path, clusterId, isSilo);
        _looked = time.GetTimestamp();
        WarnOfEnd();
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>When the certificate that is shown now expires.</summary>
    public DateTimeOffset Expires => Current.Own.NotAfter;

    /// <summary>The cluster.</summary>
    internal string ClusterId => _clusterId;

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _time;

    /// <summary>What is in the folder now; if it cannot be read any more, what was in it before.</summary>
    internal TlsIdentity Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) < _interval) return _current;
                _looked = _time.GetTimestamp();
                string stamp = Stamp();
                if (stamp != _stamp && stamp != _refusedStamp) Reload(stamp);
                return _current;
            }
        }
    }

    /// <summary>Opens a silo's folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="clusterId">The silo's cluster.</param>
    /// <param name="warn">Gets a line when it cannot be read any more or its certificate is about to expire, from any thread.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidInputException">A file is missing or something else, or the certificate is for another purpose or cluster.</exception>
    public static TlsFolder OpenSilo(string path, string clusterId, Action<string> warn, TimeProvider time) => new(path, clusterId, true, warn, time);

    /// <summary>Opens a client's folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="clusterId">The cluster that it calls.</param>
    /// <param name="warn">Gets a line when it cannot be read any more or its certificate is about to expire, from any thread.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidInputException">A file is missing or something else, or the certificate is for another purpose or cluster.</exception>
    public static TlsFolder OpenClient(string path, string clusterId, Action<string> warn, TimeProvider time) => new(path, clusterId, false, warn, time);

    private void Reload(string stamp)
    {
        try
        {
            _current = TlsIdentity.Read(Path, _clusterId, _isSilo);
            _stamp = stamp;
            WarnOfEnd();
        }
        catch (InvalidInputException e)
        {
            _refusedStamp = stamp;
            _warn($"{e.Message}; the certificate from before stays in use");
        }
    }

    private void WarnOfEnd()
    {
        DateTimeOffset end = _current.Own.NotAfter, now = _time.GetUtcNow();
        if (end - now > _warnBefore) return;
        string when = end <= now ? $"expired on {end.UtcDateTime:yyyy-MM-dd}" : $"expires on {end.UtcDateTime:yyyy-MM-dd}";
        _warn($"the certificate in '{Path}' {when}: put a new one there; a restart is not needed");
    }

    private string Stamp() => string.Join(
        ';',
        new[] { CertificateFiles.Silo, CertificateFiles.Client, CertificateFiles.SiloAuthority, CertificateFiles.ClientAuthority }
            .Select(file => new FileInfo(System.IO.Path.Combine(Path, file)))
            .Select(file => file.Exists ? $"{file.LastWriteTimeUtc.Ticks}:{file.Length}" : "-"));
}
