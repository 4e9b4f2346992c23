using DistConv.Core.Reading;

namespace DistConv.Core.Models;

/// <summary>Reads a model's file, or says what is wrong with the name that was given.</summary>
internal static class ModelFile
{
    private const string Ending = ".json";

    /// <summary>The model's text in a file, or in the archive that a .keras file is: at most
    /// <see cref="ModelLimits.MaxJsonBytes"/> + 1 bytes (the reader refuses that many).</summary>
    /// <param name="nameOrPath">The path.</param>
    /// <param name="isPath">False: it may have been meant as the name of a built-in model.</param>
    public static byte[] Read(string nameOrPath, bool isPath)
    {
        string shown = MessageText.OneLine(nameOrPath);
        if (Directory.Exists(nameOrPath)) throw new InvalidInputException($"{shown}: {KindOfFolder(nameOrPath)}");
        try
        {
            if (!File.Exists(nameOrPath)) throw Missing(nameOrPath, isPath);
            using FileStream file = new(nameOrPath, FileMode.Open, FileAccess.Read, FileShare.Read);
            Span<byte> beginning = stackalloc byte[4];
            beginning = beginning[..file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
            if (KerasArchive.Is(beginning)) return KerasArchive.ReadConfig(file, shown);
            file.Position = 0;
            byte[] buffer = new byte[Math.Min(ModelLimits.MaxJsonBytes, file.Length) + 1];
            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return buffer[..length];
        }
        catch (FileNotFoundException)
        {
            throw Missing(nameOrPath, isPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"{shown}: the model file cannot be read: {MessageText.OneLine(failure.Message)}", failure);
        }
    }

    private static string KindOfFolder(string path)
    {
        if (File.Exists(Path.Combine(path, "saved_model.pb")))
            return $"is a SavedModel of TensorFlow; expected a model file ({Ending}): write what model.to_json() returns";
        if (File.Exists(Path.Combine(path, "model.json"))) return "is a folder; give the model.json in it";
        return File.Exists(Path.Combine(path, "config.json")) && File.Exists(Path.Combine(path, "metadata.json"))
            ? "is a .keras file that was unpacked; give the config.json in it"
            : $"is a folder; expected a model file ({Ending})";
    }

    /// <summary>Why a name is no built-in model's.</summary>
    public static InvalidInputException Unknown(string name)
    {
        string[] names = [.. BuiltInModels.All.Select(model => model.Name)];
        return new InvalidInputException(
            $"{MessageText.Quote(name)} is no built-in model; choose {string.Join(", ", names)}{Suggestion.DidYouMean(name, names)}");
    }

    private static InvalidInputException Missing(string nameOrPath, bool isPath)
    {
        string[] names = [.. BuiltInModels.All.Select(model => model.Name)];
        bool isFile = isPath || nameOrPath.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)
            || nameOrPath.EndsWith(".keras", StringComparison.OrdinalIgnoreCase) || nameOrPath.AsSpan().ContainsAny('/', '\\');
        string stem = isFile ? Path.GetFileNameWithoutExtension(nameOrPath) : nameOrPath;
        string problem = isFile
            ? $"{MessageText.OneLine(nameOrPath)}: there is no such model file"
            : $"unknown model {MessageText.Quote(nameOrPath)}: choose {string.Join(", ", names)}, or give a {Ending} file";
        return new InvalidInputException(problem + Suggestion.DidYouMean(stem, names));
    }
}
