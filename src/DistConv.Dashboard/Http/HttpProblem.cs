using DistConv.Core;

namespace DistConv.Dashboard.Http;

/// <summary>A request cannot be answered: an error of RFC 9457.</summary>
internal sealed class HttpProblem : Exception
{
    /// <summary>For serialisers only.</summary>
    public HttpProblem()
        : this(500, "")
    {
    }

    /// <summary>For serialisers only.</summary>
    public HttpProblem(string message)
        : this(500, message)
    {
    }

    /// <summary>For serialisers only.</summary>
    public HttpProblem(string message, Exception innerException)
        : base(message, innerException) => Status = 500;

    /// <summary>An error with its line for people.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="detail">What is wrong and what would be right.</param>
    public HttpProblem(int status, string detail)
        : base(detail) => Status = status;

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>Seconds after which the request may be repeated; or null.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What is wrong, setting by setting.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; init; } = [];

    /// <summary>A mistake in the request.</summary>
    public static HttpProblem Invalid(InvalidInputException e) => new(400, e.Message) { Problems = e.Problems };

    /// <summary>A short title of a status code.</summary>
    public static string TitleOf(int status) => status switch
    {
        400 => "Invalid request",
        401 => "Token required",
        403 => "Refused",
        404 => "Not found",
        408 => "Too slow",
        409 => "Not possible now",
        413 => "Too large",
        415 => "Unsupported content",
        500 => "Internal error",
        503 => "Not available now",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no title"),
    };
}
