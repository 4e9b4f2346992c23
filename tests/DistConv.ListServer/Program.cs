using System.Net;
using DistConv.Silo.Cluster;

if (args is not [{ } address, { } folder] || !IPEndPoint.TryParse(address, out IPEndPoint? listen))
{
    await Console.Error.WriteLineAsync("usage: DistConv.ListServer ADDRESS:PORT FOLDER");
    return 2;
}

using MembershipServer server = MembershipServer.Start(listen, folder, Console.Error.WriteLine);

// Standard input closes when the tests end, however they end.
while (await Console.In.ReadLineAsync() is not null)
{
}

return 0;
