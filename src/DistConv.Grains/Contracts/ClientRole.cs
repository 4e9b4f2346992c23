namespace DistConv.Grains.Contracts;

/// <summary>What a client may do. Each role includes those before it.</summary>
public enum ClientRole
{
    /// <summary>Look at jobs, their records and snapshots.</summary>
    View,

    /// <summary>Also start jobs, and pause, cancel, resume, extend and label them.</summary>
    Submit,

    /// <summary>Everything.</summary>
    Administer,
}
