namespace DistConv.Core.Models;

/// <summary>Reads a model's file, or says what is wrong with the name that was given.</summary>
internal static class ModelFile
{
    private const string Ending = ".json";

    /// <summary>The file's bytes, at most <see cref="ModelLimits.MaxJsonBytes"/> + 1 of them (the reader refuses that many).</summary>
    public static byte[] Read(string nameOrPath)
    {
        string shown = MessageText.OneLine(nameOrPath);
        if (Directory.Exists(nameOrPath)) throw new InvalidInputException($"{shown}: is a folder; expected a model file ({Ending})");
        try
        {
            if (!File.Exists(nameOrPath)) throw Missing(nameOrPath);
            using FileStream file = new(nameOrPath, FileMode.Open, FileAccess.Read, FileShare.Read);
            byte[] buffer = new byte[ModelLimits.MaxJsonBytes + 1];
            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return buffer[..length];
        }
        catch (FileNotFoundException)
        {
            throw Missing(nameOrPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"{shown}: the model file cannot be read: {MessageText.OneLine(failure.Message)}", failure);
        }
    }

    private static InvalidInputException Missing(string nameOrPath)
    {
        string[] names = [.. BuiltInModels.All.Select(model => model.Name)];
        bool isFile = nameOrPath.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) || nameOrPath.AsSpan().ContainsAny('/', '\\');
        string stem = isFile ? Path.GetFileNameWithoutExtension(nameOrPath) : nameOrPath;
        string problem = isFile
            ? $"{MessageText.OneLine(nameOrPath)}: there is no such model file"
            : $"unknown model {MessageText.Quote(nameOrPath)}: choose {string.Join(", ", names)}, or give a {Ending} file";
        return new InvalidInputException(problem + Suggestion.DidYouMean(stem, names));
    }
}
