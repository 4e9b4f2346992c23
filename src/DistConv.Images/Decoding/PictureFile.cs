using DistConv.Core;
using SkiaSharp;

namespace DistConv.Images.Decoding;

/// <summary>A picture file that is open for decoding. Every error is one line that names the file.</summary>
internal sealed class PictureFile : IDisposable
{
    /// <summary>Endings of the names of pictures, in lower case.</summary>
    public static readonly IReadOnlyList<string> Endings =
        [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".jpe", ".jfif", ".jif", ".pjpeg", ".pjp", ".dib"];

    /// <summary>What can be read, for messages.</summary>
    public const string Known = "PNG, JPEG, WebP, BMP and GIF";

    private static readonly string[] _otherEndings =
    [
        ".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".svg", ".ico", ".psd", ".xcf", ".tga", ".pcx", ".ppm", ".pgm", ".pbm", ".pnm",
        ".exr", ".hdr", ".dcm", ".eps", ".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2",
    ];

    private static readonly SKEncodedImageFormat[] _known =
        [SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Bmp, SKEncodedImageFormat.Gif];

    /// <summary>Files beyond this are mapped instead of read.</summary>
    private const long MappedBytes = 16 << 20;

    /// <summary>The largest file, as Skia counts bytes in 32 bits.</summary>
    private const long MaxBytes = int.MaxValue;

    private readonly string _path;
    private readonly SKData _data;

    private PictureFile(string path, SKData data, SKCodec codec)
    {
        _path = path;
        _data = data;
        Codec = codec;
    }

    /// <summary>Its decoder.</summary>
    public SKCodec Codec { get; }

    /// <summary>Rows, turned upright.</summary>
    public int Height => Orientation.IsTransposed(Codec.EncodedOrigin) ? Codec.Info.Width : Codec.Info.Height;

    /// <summary>Columns, turned upright.</summary>
    public int Width => Orientation.IsTransposed(Codec.EncodedOrigin) ? Codec.Info.Height : Codec.Info.Width;

    /// <summary>Whether it is stored as grey, with or without alpha. A palette or RGB of nothing but greys is not.</summary>
    public bool IsGrey
    {
        get
        {
            const int pngColourType = 25; // In the header, which comes first: 0 is grey, 4 grey with alpha (ISO/IEC 15948, 11.2.1).
            return Codec.Info.ColorType == SKColorType.Gray8
                || (Codec.EncodedFormat == SKEncodedImageFormat.Png && _data.Size > pngColourType && _data.AsSpan()[pngColourType] is 0 or 4);
        }
    }

    /// <summary>Whether a file's name ends as pictures' names do.</summary>
    public static bool HasEnding(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Whether a file's name ends as those of pictures do that cannot be read here.</summary>
    public static bool HasOtherEnding(string path) => _otherEndings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or is no picture.</exception>
    public static PictureFile Open(string path) => Open(path, Read(path));

    /// <summary>Opens a picture that is in memory and reads its header.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is empty, or is no picture.</exception>
    public static PictureFile Open(ReadOnlySpan<byte> content, string name) => content.Length > 0
        ? Open(name, SKData.CreateCopy(content))
        : throw new InvalidInputException($"cannot read the picture '{name}': it is empty");

    private static PictureFile Open(string path, SKData data)
    {
        SKCodec? codec = SKCodec.Create(data);
        if (codec is not null && _known.Contains(codec.EncodedFormat))
            return new PictureFile(path, data, codec);
        string what = Describe(data.AsSpan());
        codec?.Dispose();
        data.Dispose();
        throw new InvalidInputException($"cannot read the picture '{path}': {what}");
    }

    /// <summary>Checks what a step of decoding gave.</summary>
    /// <exception cref="InvalidInputException">The file is truncated or damaged.</exception>
    public void Ensure(SKCodecResult result)
    {
        if (result == SKCodecResult.Success) return;
        throw Fail(result == SKCodecResult.IncompleteInput ? "it is truncated: the file ends within the picture"
            : "it is damaged, or of a kind that cannot be decoded");
    }

    /// <summary>What to say when it cannot be used.</summary>
    public InvalidInputException Fail(string reason) => new($"cannot read the picture '{_path}': {reason}");

    /// <inheritdoc/>
    public void Dispose()
    {
        Codec.Dispose();
        _data.Dispose();
    }

    private static SKData Read(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new InvalidInputException($"cannot read the picture '{path}': it is a folder");
            FileInfo file = new(path);
            if (!file.Exists) throw new InvalidInputException($"cannot read the picture '{path}': there is no such file");
            if (file.Length == 0) throw new InvalidInputException($"cannot read the picture '{path}': the file is empty");
            if (file.Length > MaxBytes) throw new InvalidInputException(
                $"cannot read the picture '{path}': it has {file.Length:N0} bytes, more than {MaxBytes:N0}");
            SKData? data = file.Length > MappedBytes ? SKData.Create(path) : SKData.CreateCopy(File.ReadAllBytes(path));
            return data ?? throw new InvalidInputException($"cannot read the picture '{path}': the system refuses");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException($"cannot read the picture '{path}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>What a file that no decoder takes seems to be.</summary>
    private static string Describe(ReadOnlySpan<byte> content)
    {
        const string known = $"{Known} can be read";
        ReadOnlySpan<byte> png = [0x89, (byte)'P', (byte)'N', (byte)'G'], jpeg = [0xFF, 0xD8, 0xFF];
        if (content.StartsWith(png) || content.StartsWith(jpeg)) return "it is truncated or damaged: its header is not whole";
        if (OtherKind(content) is { } other) return $"it is {other}; {known}";
        bool isText = content[..int.Min(content.Length, 64)].IndexOfAnyExceptInRange((byte)' ', (byte)'~') is var odd
            && (odd < 0 || content[odd] is (byte)'\n' or (byte)'\r' or (byte)'\t');
        return isText ? $"it is a text file; {known}" : $"it is no picture of a known kind; {known}";
    }

    /// <summary>By the first bytes, whatever the name's ending.</summary>
    private static string? OtherKind(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> brand = content.Length >= 12 && content[4..].StartsWith("ftyp"u8) ? content[8..12] : default;
        return content.StartsWith("II*\0"u8) || content.StartsWith("MM\0*"u8) ? "a TIFF file"
            : brand.StartsWith("avi"u8) ? "an AVIF file"
            : brand.StartsWith("he"u8) || brand.SequenceEqual("mif1"u8) ? "a HEIC file"
            : brand.Length > 0 ? "a video"
            : content.StartsWith("<svg"u8) ? "an SVG file"
            : content.StartsWith("8BPS"u8) ? "a Photoshop file"
            : content.StartsWith("%PDF"u8) ? "a PDF file"
            : content.StartsWith("PK\u0003\u0004"u8) ? "a ZIP archive"
            : null;
    }
}
