using CsCheck;
using DistConv.Client.Clusters;
using DistConv.Core;
using Xunit;

namespace DistConv.Client.Tests.Clusters;

public sealed class ClusterAddressTests
{
    private static readonly string[] _hosts = ["10.1.2.3", "redis", "a-b.c", "::1", "2001:db8::7"];

    [Theory]
    [InlineData("redis://10.0.0.1:6380", "10.0.0.1", 6380)]
    [InlineData("redis://redis", "redis", 6379)]
    [InlineData("REDIS://Cache.Example.org:1/", "Cache.Example.org", 1)]
    [InlineData(" redis://[::1]:6379 ", "::1", 6379)]
    [InlineData("redis://[fe80::1]", "fe80::1", 6379)]
    public void Parse_address_hasHostAndPort(string text, string host, int port) => Assert.Equal(new ClusterAddress(host, port), ClusterAddress.Parse(text));

    [Theory]
    [InlineData("", "give redis://HOST:PORT")]
    [InlineData("10.0.0.1:6379", "give redis://HOST:PORT")]
    [InlineData("http://10.0.0.1:6379", "give redis://HOST:PORT")]
    [InlineData("rediss://10.0.0.1:6379", "TLS is not supported")]
    [InlineData("redis://", "give redis://HOST:PORT")]
    [InlineData("redis://:6379", "give redis://HOST:PORT")]
    [InlineData("redis://user:secret@host:6379", "a user or a password is not supported")]
    [InlineData("redis://host:6379/1", "nothing may follow the port")]
    [InlineData("redis://host:6379,abortConnect=false", "nothing may follow the port")]
    [InlineData("redis://host:", "the port is ''")]
    [InlineData("redis://host:0", "the port is '0'; give one from 1 to 65535")]
    [InlineData("redis://host:65536", "the port is '65536'")]
    [InlineData("redis://host:-1", "the port is '-1'")]
    [InlineData("redis://host:1:2", "the port is '1:2'")]
    [InlineData("redis://[::1", "an IPv6 address in brackets")]
    [InlineData("redis://[::1]6379", "an IPv6 address in brackets")]
    [InlineData("redis://ho st:1", "'ho st' is not a host name")]
    public void Parse_somethingElse_namesWhatIsWrong(string text, string reason)
    {
        string message = Assert.Throws<InvalidInputException>(() => ClusterAddress.Parse(text, "DISTCONV_CLUSTER")).Message;
        Assert.StartsWith($"DISTCONV_CLUSTER is '{text}': ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_anyText_givesAnAddressThatReadsTheSameOrOneLine() => Gen.String.Sample(text =>
    {
        try
        {
            ClusterAddress address = ClusterAddress.Parse($"redis://{text}");
            Assert.Equal(address, ClusterAddress.Parse(address.ToString()));
        }
        catch (InvalidInputException)
        {
            // The only way to refuse.
        }
    });

    [Fact]
    public void Parse_anyAddress_roundTrips() =>
        Gen.Select(Gen.Int[0, _hosts.Length - 1].Select(i => _hosts[i]), Gen.Int[1, 65_535]).Sample((host, port) =>
            Assert.Equal(new ClusterAddress(host, port), ClusterAddress.Parse(new ClusterAddress(host, port).ToString())));

    [Theory]
    [InlineData("distconv", true)]
    [InlineData("A_1.b-2", true)]
    [InlineData("", false)]
    [InlineData("a/b", false)]
    public void ParseClusterId_text_isItOrRefused(string text, bool isOne)
    {
        if (isOne) Assert.Equal(text, ClusterAddress.ParseClusterId(text));
        else Assert.Throws<InvalidInputException>(() => ClusterAddress.ParseClusterId(text));
    }
}
