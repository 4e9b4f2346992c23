using System.Text;

namespace DistConv.Core.Reading;

/// <summary>What a file is that was given for a model's JSON and is none.</summary>
internal static class FileKind
{
    private const string WriteJson = "write the model with open('model.json', 'w').write(model.to_json())";
    private const int ShownBytes = 256;

    private static readonly (byte[] Signature, string What)[] _signatures =
    [
        (Latin("\x89" + "HDF\r\n\x1a\n"), $"is an HDF5 file, as Keras's model.save() and save_weights() write them; a model is JSON: {WriteJson}"),
        (Latin("\x89" + "PNG\r\n\x1a\n"), "is a PNG picture; a model is JSON"),
        ([0xFF, 0xD8, 0xFF], "is a JPEG picture; a model is JSON"),
        (Latin("GIF8"), "is a GIF picture; a model is JSON"),
        (Latin("RIFF"), "is a WebP picture or a sound; a model is JSON"),
        (Latin("%PDF"), "is a PDF document; a model is JSON"),
        ([0x1F, 0x8B], "is compressed with gzip; unpack it first"),
        (Latin("BZh"), "is compressed with bzip2; unpack it first"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "is compressed with xz; unpack it first"),
        (Latin("7z\xBC\xAF"), "is a 7z archive; unpack it first"),
        (Latin("Rar!"), "is a rar archive; unpack it first"),
        (Latin("\x93" + "NUMPY"), "is a numpy array; a model is JSON"),
        ([0x80, 0x02], $"is a Python pickle, as PyTorch's torch.save writes it; a model is JSON: {WriteJson}"),
        ([0x80, 0x03], $"is a Python pickle; a model is JSON: {WriteJson}"),
        ([0x80, 0x04], $"is a Python pickle; a model is JSON: {WriteJson}"),
        ([0x80, 0x05], $"is a Python pickle; a model is JSON: {WriteJson}"),
        ([0x08, 0x01, 0x12], $"is a protocol buffer, probably the saved_model.pb of TensorFlow; a model is JSON: {WriteJson}"),
        (Latin("PK"), "is a zip archive; of archives only Keras 3's .keras files are models"),
        (Latin("\x7F" + "ELF"), "is a program; a model is JSON"),
        (Latin("MZ"), "is a program; a model is JSON"),
    ];

    /// <summary>What a file is by its first bytes.</summary>
    /// <param name="file">The file, or its beginning.</param>
    /// <returns>"is …", without the file's name; null if it may be JSON.</returns>
    public static string? Of(ReadOnlySpan<byte> file)
    {
        foreach ((byte[] signature, string what) in _signatures)
        {
            if (file.StartsWith(signature)) return what;
        }

        if (file.Length > 8 && file[4..].StartsWith("TFL3"u8)) return $"is a TensorFlow Lite model; a model is JSON: {WriteJson}";
        if (file.Length > 9 && file[4..8].IndexOfAnyExcept((byte)0) < 0 && file[8] == '{') return "is a safetensors file; a model is JSON";
        if (file.Length > 4 && file[0] == 0x08 && file[2] == 0x12) return $"is a protocol buffer, probably an ONNX model; a model is JSON: {WriteJson}";
        return OfText(file[..Math.Min(file.Length, ShownBytes)]);
    }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static string? OfText(ReadOnlySpan<byte> beginning)
    {
        string text = Encoding.UTF8.GetString(beginning).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        bool Starts(params ReadOnlySpan<string> words)
        {
            foreach (string word in words)
            {
                if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return true;
            }

            return false;
        }

        if (Starts("<!doctype", "<html")) return "is a web page, perhaps instead of the file behind a link; a model is JSON";
        if (Starts("<?xml", "<svg")) return "is XML; a model is JSON";
        if (Starts("version https://git-lfs")) return "is a pointer of Git LFS and not the file itself; fetch it with git lfs pull";
        if (Starts("---\n", "---\r\n", "class_name:", "backend:", "config:", "layers:", "keras_version:", "!!python"))
            return $"is YAML, as Keras's to_yaml() wrote it; a model is JSON: {WriteJson}";
        if (Starts("import ", "from ", "# ", "#!", "model =", "def ")) return $"is a program in Python; a model is JSON: {WriteJson}";
        return Starts("Model: \"", "_____") ? $"is what model.summary() prints; a model is JSON: {WriteJson}" : null;
    }
}
