using DistConv.Tests.Shared;

namespace DistConv.Chaos.Harness;

/// <summary>Where a silo stands in the network.</summary>
/// <param name="Number">From 1; never used twice.</param>
/// <param name="Listen">Address and port on which it listens.</param>
/// <param name="Advertise">What it tells others.</param>
/// <param name="GatewayPort">For clients.</param>
/// <param name="Wrapper">What stands before its command line.</param>
internal sealed record SiloPlace(int Number, string Listen, string Advertise, int GatewayPort, IReadOnlyList<string> Wrapper)
{
    /// <summary>Options for its bulk lane; none: it is reached directly, at a port that the system picks.</summary>
    public IReadOnlyList<string> BulkOptions { get; init; } = [];
}

/// <summary>A silo's link.</summary>
/// <param name="Megabits">Megabits a second in each direction.</param>
/// <param name="Milliseconds">Between one silo and another, one way.</param>
internal readonly record struct Link(double Megabits, double Milliseconds)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Megabits} Mb/s, {Milliseconds} ms";
}

/// <summary>The network of a cluster: here the loopback interface, of which nothing can be cut.</summary>
internal class Fabric : IAsyncDisposable
{
    /// <summary>What it is, for people.</summary>
    public virtual string Description => "loopback";

    /// <summary>Whether connections can be cut.</summary>
    public virtual bool CanCut => false;

    /// <summary>Whether connections can be slowed down.</summary>
    public virtual bool CanDelay => false;

    /// <summary>Whether links can be given a rate and a delay.</summary>
    public virtual bool CanShape => false;

    /// <summary>The address at which silos and clients reach Redis.</summary>
    public virtual string RedisAddress => "127.0.0.1";

    /// <summary>A place for a silo.</summary>
    /// <param name="number">The silo's number.</param>
    public virtual Task<SiloPlace> PlaceAsync(int number)
    {
        string address = $"127.0.0.1:{FreePort.Next()}";
        return Task.FromResult(new SiloPlace(number, address, address, FreePort.Next(), []));
    }

    /// <summary>Cuts what goes between two silos, both ways, without a word to either.</summary>
    public virtual Task CutAsync(int first, int second) => throw new NotSupportedException(Description);

    /// <summary>Cuts a silo off from everything, Redis included.</summary>
    public virtual Task IsolateAsync(int silo) => throw new NotSupportedException(Description);

    /// <summary>Slows down what reaches a silo.</summary>
    public virtual Task DelayAsync(int silo, TimeSpan delay) => throw new NotSupportedException(Description);

    /// <summary>Gives a silo's link a rate in each direction, and what reaches the silo a delay, in place of those that it has.</summary>
    /// <param name="silo">The silo's number.</param>
    /// <param name="link">The link.</param>
    public virtual Task ShapeAsync(int silo, Link link) => throw new NotSupportedException(Description);

    /// <summary>Ends all cuts, and the delays of faults.</summary>
    public virtual Task HealAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
