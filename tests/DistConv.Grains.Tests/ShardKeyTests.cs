using DistConv.Grains.Contracts;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class ShardKeyTests
{
    [Fact]
    public void Parse_formatted_key_gives_its_parts() => Assert.Equal(("digits-1", 17), ShardKey.Parse(ShardKey.Format("digits-1", 17)));

    [Theory]
    [InlineData("")]
    [InlineData("job")]
    [InlineData("/3")]
    [InlineData("job/")]
    [InlineData("job/-1")]
    [InlineData("job/x")]
    public void Parse_anything_else_is_refused(string key) => Assert.Throws<FormatException>(() => ShardKey.Parse(key));
}
