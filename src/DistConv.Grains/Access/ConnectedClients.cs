namespace DistConv.Grains.Access;

/// <summary>
/// The clients whose connections end at this silo's gateway, by the random ids by which Orleans addresses them. Calls of clients are made on the silo whose
/// gateway they reach (<see cref="Contracts.IJobsGrain"/> is activated there), so no silo has to believe another one about a client. Safe for several threads.
/// </summary>
public sealed class ConnectedClients
{
    /// <summary>The category of the log that says who changed what.</summary>
    public const string AuditCategory = "DistConv.Audit";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ClientIdentity Identity, int Connections)> _clients = new(StringComparer.Ordinal);

    /// <summary>Whether clients without an entry are refused, as where connections have TLS. Default: no; everybody may do everything.</summary>
    public bool IsRequired { get; set; }

    /// <summary>Notes a connection of a client.</summary>
    /// <param name="key">The key of its id.</param>
    /// <param name="identity">Who it is.</param>
    /// <returns>To be disposed when the connection ends; null: the id belongs to somebody else, who is connected.</returns>
    public IDisposable? TryEnter(string key, ClientIdentity identity)
    {
        lock (_gate)
        {
            if (_clients.TryGetValue(key, out (ClientIdentity Identity, int Connections) known) && known.Identity != identity) return null;
            _clients[key] = (identity, known.Connections + 1);
        }

        return new Entry(this, key);
    }

    /// <summary>Who a client is.</summary>
    /// <param name="key">The key of its id.</param>
    /// <returns>Null: it is not connected here.</returns>
    public ClientIdentity? Find(string key)
    {
        lock (_gate) return _clients.TryGetValue(key, out (ClientIdentity Identity, int Connections) known) ? known.Identity : null;
    }

    private void Leave(string key)
    {
        lock (_gate)
        {
            (ClientIdentity identity, int connections) = _clients[key];
            if (connections == 1) _clients.Remove(key);
            else _clients[key] = (identity, connections - 1);
        }
    }

    private sealed class Entry(ConnectedClients clients, string key) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) clients.Leave(key);
        }
    }
}
