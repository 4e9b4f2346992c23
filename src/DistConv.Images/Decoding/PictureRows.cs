using System.Runtime.InteropServices;
using SkiaSharp;

namespace DistConv.Images.Decoding;

/// <summary>Takes a run of whole rows.</summary>
/// <param name="rgba">Four bytes a pixel; colours not multiplied by alpha.</param>
internal delegate void RowSink(ReadOnlySpan<byte> rgba);

/// <summary>Decodes a picture strip by strip, so that memory is bounded for any size.</summary>
/// <remarks>
/// Without a colour space to convert to, Skia gives what the codec libraries (libpng, libjpeg-turbo, libwebp) compute in integers, by definition alike with and
/// without vector instructions; so the pixels are the same on every machine with the same version of SkiaSharp.
/// </remarks>
/// <param name="file">The picture.</param>
internal sealed class PictureRows(PictureFile file)
{
    /// <summary>Largest number of pixels of a picture.</summary>
    public const long MaxPixels = 400_000_000;

    /// <summary>Largest picture of a kind that can be decoded only as a whole (WebP, GIF); four bytes each in memory.</summary>
    public const long MaxWholePixels = 64_000_000;

    /// <summary>Pixels of a strip, four bytes each.</summary>
    private const int StripPixels = 16 << 20;

    private readonly SKCodec _codec = file.Codec;

    // Not multiplied by alpha, which would round; no colour space, so that nothing is converted.
    private readonly SKImageInfo _info = new(file.Codec.Info.Width, file.Codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);

    /// <summary>Decodes all rows, from above, as they are stored.</summary>
    /// <param name="sink">Gets them, some at a time.</param>
    /// <exception cref="Core.InvalidInputException">The picture is too large, truncated or damaged.</exception>
    public void ReadAll(RowSink sink)
    {
        long pixels = (long)_info.Width * _info.Height;
        if (pixels > MaxPixels) throw TooLarge(MaxPixels, "");
        int rows = (int)long.Clamp(StripPixels / _info.Width, 1, _info.Height);
        if (rows < _info.Height && (TryScanlines(sink, rows) || TryParts(sink, rows))) return;
        if (pixels > MaxWholePixels) throw TooLarge(MaxWholePixels, ", the limit of a kind that can be decoded only as a whole");
        byte[] memory = Allocate(_info.Height);
        WithAddress(memory, address => file.Ensure(_codec.GetPixels(_info, address)));
        sink(memory);
    }

    /// <summary>JPEG and BMP decode on from where they are.</summary>
    private bool TryScanlines(RowSink sink, int rows)
    {
        if (_codec.StartScanlineDecode(_info) != SKCodecResult.Success || _codec.ScanlineOrder != SKCodecScanlineOrder.TopDown) return false;
        byte[] memory = Allocate(rows);
        for (int first = 0; first < _info.Height; first += rows)
        {
            int count = int.Min(rows, _info.Height - first);
            WithAddress(memory, address =>
                file.Ensure(_codec.GetScanlines(address, count, _info.RowBytes) == count ? SKCodecResult.Success : SKCodecResult.IncompleteInput));
            sink(memory.AsSpan(0, count * _info.RowBytes));
        }

        return true;
    }

    /// <summary>PNG decodes from the beginning to the last row of a part, and keeps that part.</summary>
    private bool TryParts(RowSink sink, int rows)
    {
        byte[] memory = Allocate(rows);
        for (int first = 0; first < _info.Height; first += rows)
        {
            int count = int.Min(rows, _info.Height - first);
            SKCodecOptions part = new(SKRectI.Create(0, first, _info.Width, count));
            bool isPossible = true;
            WithAddress(memory, address =>
            {
                isPossible = _codec.StartIncrementalDecode(_info, address, _info.RowBytes, part) == SKCodecResult.Success;
                if (isPossible) file.Ensure(_codec.IncrementalDecode());
            });
            if (!isPossible) return first == 0 ? false : throw file.Fail("it is damaged");
            sink(memory.AsSpan(0, count * _info.RowBytes));
        }

        return true;
    }

    private byte[] Allocate(int rows) => GC.AllocateUninitializedArray<byte>(checked(rows * _info.RowBytes));

    private Core.InvalidInputException TooLarge(long limit, string why) =>
        file.Fail($"it has {_info.Width:N0} × {_info.Height:N0} pixels, more than {limit:N0}{why}");

    /// <summary>Decoders write to an address that the collector must not move.</summary>
    private static void WithAddress(byte[] memory, Action<IntPtr> decode)
    {
        GCHandle pin = GCHandle.Alloc(memory, GCHandleType.Pinned);
        try
        {
            decode(pin.AddrOfPinnedObject());
        }
        finally
        {
            pin.Free();
        }
    }
}
