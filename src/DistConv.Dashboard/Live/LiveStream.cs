using System.Threading.Channels;
using DistConv.Dashboard.Api;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Live;

/// <summary>What one reader is to hear. It holds a bounded number of messages: a reader who is slower is told to begin again.</summary>
/// <param name="cursors">The position of each job; null: where its record ends now.</param>
internal sealed class LiveStream(IReadOnlyDictionary<string, RecordCursor?> cursors)
{
    /// <summary>How many messages wait for a reader at most.</summary>
    public const int Capacity = 256;

    private readonly Channel<LiveMessage> _messages = Channel.CreateBounded<LiveMessage>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private int _isBehind;

    /// <summary>The jobs, and where the reader stands in each.</summary>
    public IReadOnlyDictionary<string, RecordCursor?> Cursors => cursors;

    /// <summary>The messages that wait.</summary>
    public ChannelReader<LiveMessage> Messages => _messages.Reader;

    /// <summary>Adds a message, or notes that the reader has missed it.</summary>
    public void Send(LiveMessage message)
    {
        if (!_messages.Writer.TryWrite(message)) Interlocked.Exchange(ref _isBehind, 1);
    }

    /// <summary>What to tell a reader who has missed messages, once: to read each job again.</summary>
    public IEnumerable<LiveMessage> TakeMissed() => Interlocked.Exchange(ref _isBehind, 0) == 0
        ? []
        : cursors.Keys.Select(Resync).Append(LiveMessage.Of("jobs", new JobsEvent(), DashboardJson.Default.JobsEvent));

    /// <summary>The message that a job is to be read again.</summary>
    public static LiveMessage Resync(string job) => LiveMessage.Of("resync", new ResyncEvent(job), DashboardJson.Default.ResyncEvent);
}
