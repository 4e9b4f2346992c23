using DistConv.Grains.Contracts;

namespace DistConv.Grains.Access;

/// <summary>Who a client is, as its certificate says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it may do.</param>
public sealed record ClientIdentity(string Name, ClientRole Role);
