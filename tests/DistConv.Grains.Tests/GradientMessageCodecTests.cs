using System.Buffers;
using System.Net;
using CsCheck;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Session;
using Orleans.Serialization.WireProtocol;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class GradientMessageCodecTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(builder => builder.AddAssembly(typeof(GradientMessage).Assembly))
        .BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void RoundTrip_any_bits_keeps_them()
    {
        Gen.UInt.Array[0, 3000].Sample(
            bits =>
            {
                GradientMessage message = Message(bits);
                GradientMessage copy = Read<GradientMessage>(Serializer.SerializeToArray(message));
                Assert.Equal(bits, Bits(copy));
                copy.Release();
                message.Values.Dispose();
            },
            iter: 200);
    }

    [Fact]
    public void RoundTrip_of_a_part_keeps_its_place()
    {
        GradientMessage whole = Message([1, 2, 3, 4, 5]);

        byte[] bytes = Serializer.SerializeToArray(new GradientMessage(whole.Values, 3, 2));
        GradientMessage copy = Read<GradientMessage>(bytes);

        Assert.Equal((3, 2, 5), (copy.First, copy.Length, copy.Values.Length));
        Assert.Equal([4u, 5u], Bits(copy));
        Assert.InRange(bytes.Length, 8, 32);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, 3)]
    [InlineData(0, int.MaxValue)]
    public void ReadValue_impossible_place_is_refused_before_anything_is_allocated(int first, int parameters)
    {
        byte[] bytes = WithLength(12, first, parameters);

        SerializerException e = Assert.ThrowsAny<SerializerException>(() => Serializer.Deserialize<GradientMessage>(bytes));

        Assert.Equal($"1 gradients from parameter {first} on, of {parameters}", e.Message);
    }

    [Fact]
    public void RoundTrip_withinAFrame_keepsEverything()
    {
        GradientMessage block = Message([0x3f800000, 0x80000000, 0x7fc00001]);
        var frame = new FrameMessage("job", 2, SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 7), [1, 2], block);

        FrameMessage copy = Read<FrameMessage>(Serializer.SerializeToArray(frame));

        Assert.Equal((frame.Job, frame.Fence, frame.From), (copy.Job, copy.Fence, copy.From));
        Assert.Equal(frame.Header, copy.Header);
        Assert.Equal(Bits(block), Bits(copy.Values));
    }

    [Fact]
    public void RoundTrip_long_block_takes_four_bytes_a_float()
    {
        GradientMessage message = Message(new uint[600_810]);

        byte[] bytes = Serializer.SerializeToArray(message);

        Assert.InRange(bytes.Length, 4 * 600_810, (4 * 600_810) + 64);
    }

    [Fact]
    public void DeepCopy_of_a_message_is_the_message()
    {
        GradientMessage message = Message([1, 2]);
        var frame = new FrameMessage("job", 1, SiloAddress.Zero, [1], message);

        Assert.Same(message, _services.GetRequiredService<DeepCopier>().Copy(frame).Values);
    }

    [Theory]
    [InlineData(6, "multiple of 4")]
    [InlineData(1_000_000_000, "at most")]
    public void ReadValue_impossible_length_is_refused_before_anything_is_allocated(uint lengthBytes, string reason)
    {
        byte[] bytes = WithLength(lengthBytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        SerializerException e = Assert.ThrowsAny<SerializerException>(() => Serializer.Deserialize<GradientMessage>(bytes));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void ReadValue_longer_than_its_message_is_refused()
    {
        byte[] bytes = WithLength(4_000_000);

        Assert.ThrowsAny<Exception>(() => Serializer.Deserialize<GradientMessage>(bytes));
    }

    [Fact]
    public void ReadValue_truncated_anywhere_is_refused()
    {
        byte[] bytes = Serializer.SerializeToArray(Message([1, 2, 3]));

        for (int length = 0; length < bytes.Length - 1; length++)
        {
            byte[] part = bytes[..length];
            Assert.ThrowsAny<Exception>(() => Bits(Read<GradientMessage>(part)));
        }
    }

    private T Read<T>(byte[] bytes)
        where T : class => Serializer.Deserialize<T>(bytes) ?? throw new InvalidDataException("null");

    /// <summary>The field of a message that claims a length and has twelve bytes.</summary>
    private byte[] WithLength(uint lengthBytes, int first = 0, int parameters = 1)
    {
        using SerializerSession session = _services.GetRequiredService<SerializerSessionPool>().GetSession();
        var output = new ArrayBufferWriter<byte>();
        Writer<ArrayBufferWriter<byte>> writer = Writer.Create(output, session);
        writer.WriteFieldHeader(0, typeof(GradientMessage), typeof(GradientMessage), WireType.LengthPrefixed);
        writer.WriteVarUInt32(lengthBytes);
        writer.WriteInt32(first);
        writer.WriteInt32(parameters);
        writer.Write(new byte[4]);
        writer.Commit();
        return output.WrittenSpan.ToArray();
    }

    private static GradientMessage Message(uint[] bits)
    {
        var buffer = new FloatBuffer(bits.Length);
        for (int i = 0; i < bits.Length; i++) buffer.Span[i] = BitConverter.UInt32BitsToSingle(bits[i]);
        return new GradientMessage(buffer);
    }

    private static uint[] Bits(GradientMessage message) => [.. message.Span.ToArray().Select(BitConverter.SingleToUInt32Bits)];
}
