using System.Net;
using DistConv.Grains.Settings;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>How a silo takes connections.</summary>
/// <param name="Listen">Where it listens; port 0: any free one.</param>
/// <param name="AdvertisedAddress">The address at which other silos reach it.</param>
/// <param name="AdvertisedPort">The port at which they do; null: the one that it listens on.</param>
internal sealed record LaneSettings(IPEndPoint Listen, IPAddress AdvertisedAddress, int? AdvertisedPort = null)
{
    /// <summary>How long a connection may take to say who it is. Default: 5 s.</summary>
    public TimeSpan HandshakeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections, and so threads, that have not said yet who they are, at most; for one more, the oldest is closed. Default: 32.</summary>
    public int MaxHandshakes { get; init; } = 32;

    /// <summary>Whether frames are sealed, as in a cluster whose connections have TLS. Default: no.</summary>
    public bool SealsFrames { get; init; }

    /// <summary>The clock of <see cref="HandshakeLimit"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What a silo's options say.</summary>
    /// <param name="options">The options, checked.</param>
    /// <param name="self">The address at which other silos reach the silo itself.</param>
    /// <returns>The settings.</returns>
    public static LaneSettings From(DistConvOptions options, IPAddress self)
    {
        IPAddress listen = options.BulkAddress ?? self;
        IPAddress own = listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any) ? self : listen;
        return new LaneSettings(new IPEndPoint(listen, options.BulkPort), options.AdvertisedBulkAddress ?? own, options.AdvertisedBulkPort)
        {
            SealsFrames = options.SealsFrames,
        };
    }
}
