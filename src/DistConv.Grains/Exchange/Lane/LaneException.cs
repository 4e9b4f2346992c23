namespace DistConv.Grains.Exchange.Lane;

/// <summary>A lane to another silo cannot be opened.</summary>
/// <param name="message">One line that names the peer and the reason.</param>
/// <param name="innerException">What the system said, or null.</param>
internal sealed class LaneException(string message, Exception? innerException = null) : Exception(message, innerException);
