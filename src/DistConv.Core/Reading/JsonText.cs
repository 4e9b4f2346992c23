using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DistConv.Core.Reading;

/// <summary>From bytes to a JSON document: everything that can be wrong with the text itself, with its line and column.</summary>
internal static class JsonText
{
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string source)
    {
        if (utf8.Length > ModelLimits.MaxJsonBytes)
            throw new InvalidInputException($"{source}: is larger than {ModelLimits.MaxJsonBytes:N0} bytes; a model is a short JSON text");
        if (!Utf8.IsValid(utf8.Span)) throw new InvalidInputException($"{source}: is not UTF-8 text; a model is JSON in UTF-8");
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (utf8.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0) throw new InvalidInputException(
            $"{source}: is empty; expected {{\"input\": [28, 28, 1], \"layers\": [...]}}");
        try
        {
            CheckStrings(utf8.Span, source);
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = ModelLimits.MaxJsonDepth });
        }
        catch (JsonException failure)
        {
            (long line, int start) = FindLine(utf8.Span, failure.LineNumber ?? 0);
            int offset = start + (int)(failure.BytePositionInLine ?? 0);
            throw new InvalidInputException(
                $"{source}: {Position(utf8.Span, line, start, offset)}: not valid JSON: "
                    + $"{Reason(failure.Message)}{PythonHint(utf8.Span[Math.Min(offset, utf8.Length)..])}", failure);
        }
    }

    /// <summary>Escapes like "\ud800" are valid JSON but no text; JsonElement would throw wherever it is read.</summary>
    private static void CheckStrings(ReadOnlySpan<byte> utf8, string source)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = ModelLimits.MaxJsonDepth });
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped) continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException failure)
            {
                int offset = (int)reader.TokenStartIndex;
                int start = utf8[..offset].LastIndexOf((byte)'\n') + 1;
                int line = utf8[..offset].Count((byte)'\n');
                throw new InvalidInputException(
                    $"{source}: {Position(utf8, line, start, offset)}: not valid JSON: the text has half of a surrogate pair (\\ud800 to \\udfff)", failure);
            }
        }
    }

    private static (long Line, int Start) FindLine(ReadOnlySpan<byte> utf8, long line)
    {
        int start = 0;
        for (long i = 0; i < line; i++)
        {
            int length = utf8[start..].IndexOf((byte)'\n');
            if (length < 0) return (i, start);
            start += length + 1;
        }

        return (line, start);
    }

    private static string Position(ReadOnlySpan<byte> utf8, long line, int start, int offset) =>
        $"line {line + 1}, column {Encoding.UTF8.GetCharCount(utf8[start..Math.Min(offset, utf8.Length)]) + 1}";

    /// <summary>The reader's message without its position (counted from 0), without advice to programmers, and with only the beginning of the text that it
    /// quotes.</summary>
    private static string Reason(string message)
    {
        foreach (string tail in (string[])[" LineNumber:", " Change the reader options", " Cannot read next"])
        {
            int at = message.IndexOf(tail, StringComparison.Ordinal);
            if (at > 0) message = message[..at];
        }

        int quoteEnd = message.LastIndexOf("' is ", StringComparison.Ordinal);
        if (message[0] == '\'' && quoteEnd > 0) message = MessageText.Quote(message[1..quoteEnd]) + message[(quoteEnd + 1)..];
        string reason = MessageText.OneLine(message).TrimEnd('.');
        return reason.StartsWith("'/'", StringComparison.Ordinal) ? reason + " (JSON has no comments)" : reason;
    }

    /// <summary>What to do about Python's spelling of a text, a constant or a tuple at the place that is wrong; nothing if it is something else.</summary>
    private static string PythonHint(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("'"u8) || rest.StartsWith("True"u8) || rest.StartsWith("False"u8) || rest.StartsWith("None"u8) || rest.StartsWith("("u8)
            ? " (this is Python; in JSON: \"text\", true, false, null, [2, 2]; model.to_json() writes it)"
            : "";
}
