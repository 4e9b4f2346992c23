using System.Net;
using DistConv.Cli.Options;
using DistConv.Core;
using DistConv.Silo.Cluster;

namespace DistConv.Cli.Commands.Serve;

/// <summary>A silo that others can reach, and that believes everybody, has to be meant.</summary>
internal static class ServeSecurity
{
    /// <summary>Checks it.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="insecure">Whether somebody says that it is meant, or null.</param>
    /// <exception cref="InvalidInputException">Nobody does.</exception>
    public static void EnsureMeant(ClusterSiloOptions silo, NamedSetting? insecure)
    {
        bool isMeant = insecure?.Value.ToLowerInvariant() switch
        {
            null or "false" or "0" => false,
            "true" or "1" => true,
            _ => throw new InvalidInputException($"{insecure.Source} is '{insecure.Value}'; give true or false"),
        };
        if (isMeant || silo.CertificateDirectory is not null || IPAddress.IsLoopback(silo.Listen.Address)) return;
        throw new InvalidInputException(
            $"the silo would listen on {silo.Listen} without TLS: whoever reaches its ports can start and end jobs, read the store and change what is learned; "
            + "give it a certificate by --tls DIR ('distconv certs init' begins), listen on 127.0.0.1, or add --insecure where you trust the network");
    }
}
