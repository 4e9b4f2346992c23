using System.Buffers;
using System.Buffers.Binary;
using DistConv.Client.Exports.TensorBoard.Messages;
using DistConv.Core;
using DistConv.Training.Files;
using Google.Protobuf;

namespace DistConv.Client.Exports.TensorBoard;

/// <summary>
/// An event file. A record is u64 length, u32 masked CRC-32C of the length, the message, u32 masked CRC-32C of the message, little-endian. Only whole records
/// reach the disk. The file has a name that TensorBoard ignores until it is published. Not for several threads.
/// </summary>
internal sealed class EventFile : IDisposable
{
    /// <summary>What TensorBoard knows an event file by: this is in its name.</summary>
    public const string Mark = "tfevents";

    private const string Version = "brain.Event:2";
    private const int HeadBytes = sizeof(ulong) + sizeof(uint), FlushBytes = 1 << 16;

    private readonly ArrayBufferWriter<byte> _records = new();
    private readonly string _path, _temporary;
    private readonly FileStream _file;
    private bool _isPublished;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where it will stand; the folder is made if there is none.</param>
    /// <param name="wallTime">When the job began, in seconds since 1970 (UTC).</param>
    /// <exception cref="InvalidInputException">The folder or the file cannot be made.</exception>
    public EventFile(string path, double wallTime)
    {
        _path = path;
        string folder = Path.GetDirectoryName(path)!;
        _temporary = Path.Combine(folder, $".writing-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (IsRefused(e))
        {
            throw CannotWrite(e);
        }

        Write(new Event { WallTime = wallTime, FileVersion = Version });
    }

    /// <summary>Adds a record. It is on its way to the disk after <see cref="Flush"/>, or when there are many.</summary>
    /// <exception cref="InvalidInputException">The disk refuses.</exception>
    public void Write(Event record)
    {
        int bytes = record.CalculateSize();
        Span<byte> frame = _records.GetSpan(HeadBytes + bytes + sizeof(uint))[..(HeadBytes + bytes + sizeof(uint))];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, (ulong)bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[sizeof(ulong)..], MaskedChecksum(frame[..sizeof(ulong)]));
        Span<byte> message = frame.Slice(HeadBytes, bytes);
        record.WriteTo(message);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[(HeadBytes + bytes)..], MaskedChecksum(message));
        _records.Advance(frame.Length);
        if (_records.WrittenCount >= FlushBytes) Flush();
    }

    /// <summary>Writes the records that were added.</summary>
    /// <exception cref="InvalidInputException">The disk refuses.</exception>
    public void Flush()
    {
        if (_records.WrittenCount == 0) return;
        try
        {
            _file.Write(_records.WrittenSpan);
        }
        catch (Exception e) when (IsRefused(e))
        {
            throw CannotWrite(e);
        }

        _records.ResetWrittenCount();
    }

    /// <summary>Gives the file its name. One that exists is replaced; records can still be added.</summary>
    /// <exception cref="InvalidInputException">The disk refuses.</exception>
    public void Publish()
    {
        Flush();
        if (_isPublished) return;
        try
        {
            File.Move(_temporary, _path, overwrite: true);
        }
        catch (Exception e) when (IsRefused(e))
        {
            throw CannotWrite(e);
        }

        _isPublished = true;
    }

    /// <summary>Closes the file; one that was not published is removed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (_isPublished) return;
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (IsRefused(e))
        {
            // What is left over has a name that TensorBoard ignores; the first error matters.
        }
    }

    /// <summary>The checksum, rotated right by 15 bits, plus a constant: a record may itself hold checksums.</summary>
    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes) => unchecked(uint.RotateRight(Crc32C.Of(bytes), 15) + 0xA282EAD8);

    private static bool IsRefused(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    private InvalidInputException CannotWrite(Exception e) => new($"cannot write the event file '{_path}': {e.Message.ReplaceLineEndings(" ")}", e);
}
