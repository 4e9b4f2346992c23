using System.Collections.Concurrent;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DistConv.Dashboard.Http;

/// <summary>The built page: files inside this assembly, compressed by its build, so that no path of a request reaches a disk.</summary>
internal sealed class PageFiles
{
    private const string Folder = "wwwroot/";
    private const string Start = "index.html";

    private static readonly Assembly _assembly = typeof(PageFiles).Assembly;
    private static readonly HashSet<string> _names = [.. _assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
        .Select(static name => name[Folder.Length..])];

    private readonly ConcurrentDictionary<string, PageFile> _files = new(StringComparer.Ordinal);

    /// <summary>Answers with a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The file, relative to the page; empty: the page itself.</param>
    /// <exception cref="HttpProblem">There is no such file.</exception>
    public Task WriteAsync(HttpContext context, string path)
    {
        string name = path.Length == 0 ? Start : path;
        if (!_names.Contains(name))
            throw new HttpProblem(404, name == Start ? "this build of DistConv has no page; use the API" : "there is nothing at this address");
        PageFile file = _files.GetOrAdd(name, Load);
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-cache"; // Kept, and asked for by its tag each time.
        headers.ETag = file.Tag;
        headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(file.Tag, StringComparer.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        bool isCompressed = AcceptsGzip(context.Request);
        if (isCompressed) headers.ContentEncoding = "gzip";
        return Answer.BytesAsync(context, isCompressed ? file.Compressed : file.Bytes, file.ContentType);
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding.ToArray()!, out var accepted)
        && accepted.Any(static one => one.Value == "gzip" && one.Quality is null or > 0);

    private static PageFile Load(string name)
    {
        using Stream stream = _assembly.GetManifestResourceStream(Folder + name)!;
        byte[] compressed = new byte[stream.Length];
        stream.ReadExactly(compressed);
        using GZipStream gzip = new(new MemoryStream(compressed), CompressionMode.Decompress);
        using MemoryStream plain = new();
        gzip.CopyTo(plain);
        byte[] bytes = plain.ToArray();
        return new PageFile(bytes, compressed, $"W/\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"", TypeOf(name));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        ".json" or ".webmanifest" => "application/json",
        ".txt" or ".map" => "text/plain; charset=utf-8",
        ".woff2" => "font/woff2",
        var other => throw new InvalidOperationException($"the page has a file '{name}', and no content type is known for '{other}'"),
    };

    private sealed record PageFile(byte[] Bytes, byte[] Compressed, string Tag, string ContentType);
}
