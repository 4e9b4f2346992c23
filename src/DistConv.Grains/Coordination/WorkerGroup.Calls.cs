using DistConv.Core;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Training;
using DistConv.Training.Records;

namespace DistConv.Grains.Coordination;

/// <content>Calls to workers: each ends when its silo is lost.</content>
internal sealed partial class WorkerGroup
{
    /// <summary>When people are told that a silo still prepares, and when it is asked again since its answer may be lost: it copies no state twice for
    /// that.</summary>
    private static readonly TimeSpan _preparation = TimeSpan.FromSeconds(60), _silence = TimeSpan.FromMinutes(5);

    /// <summary>How long a silo may take at least for what others have done already; a gradient may travel with the call.</summary>
    private TimeSpan Patience => TimeSpan.FromSeconds(5) + StepDeadline.Transfer(Parameters);

    private static Task Never { get; } = new TaskCompletionSource().Task;

    /// <summary>Calls a worker, and stops waiting when its silo is lost or dropped.</summary>
    /// <typeparam name="TReply">What it answers.</typeparam>
    /// <param name="participant">The worker's silo.</param>
    /// <param name="answer">Its answer.</param>
    /// <returns>The answer; null if there will be none.</returns>
    public Task<TReply?> AskAsync<TReply>(Participant participant, Task<TReply> answer)
        where TReply : class => AskAsync(participant.Silo, answer, participant.Dropped);

    /// <summary>Calls a silo's worker before the silo takes part.</summary>
    /// <typeparam name="TReply">What it answers.</typeparam>
    /// <param name="silo">The silo.</param>
    /// <param name="call">The call.</param>
    /// <param name="patience">How long to wait; null: as long as the silo lives.</param>
    /// <returns>The answer; null if there will be none.</returns>
    public async Task<TReply?> AskAsync<TReply>(SiloAddress silo, Func<IWorkerService, Task<TReply>> call, TimeSpan? patience = null)
        where TReply : class
    {
        if (patience is not { } limit || silo.Equals(local)) return await AskAsync(silo, call(workers.On(silo)), Never);
        Task<TReply?> reply = AskAsync(silo, call(workers.On(silo)), Never);
        if (await reply.EndsWithinAsync(limit, time, CancellationToken.None)) return await reply;
        reply.Ignore();
        return null;
    }

    /// <summary>When a silo of the group is lost.</summary>
    /// <param name="participant">The silo.</param>
    /// <returns>Never, for the coordinator's own.</returns>
    public Task WhenLost(Participant participant) => participant.IsLocal ? Never : silos.WhenLost(participant.Silo);

    /// <summary>Calls all workers at once, until each that is not lost has answered.</summary>
    /// <typeparam name="TReply">What a worker answers.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An answer for each participant; null if one was lost, and then the call has to be made again.</returns>
    public async Task<TReply[]?> CallAsync<TReply>(Func<Participant, Task<TReply>> call, CancellationToken cancellationToken)
        where TReply : class
    {
        Participant[] called = [.. _participants];
        Task<TReply?>[] answers = [.. called.Select(participant => AskAsync(participant, call(participant)))];
        await AllOrLateAsync(answers, cancellationToken);
        if (Array.TrueForAll(answers, answer => answer.IsCompletedSuccessfully && answer.Result is not null))
            return [.. answers.Select(answer => answer.Result!)];
        for (int i = 0; i < called.Length; i++)
        {
            if (!answers[i].IsCompleted) Drop(called[i], "does not answer");
            else if (await answers[i] is null) Drop(called[i], "was lost");
        }

        EnsureNotEmpty();
        Assign();
        return null;
    }

    /// <summary>Has a silo join: who it is, and what it holds.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>Null if it does not answer.</returns>
    /// <exception cref="InvalidInputException">Its store or version differs.</exception>
    public async Task<Participant?> JoinAsync(SiloAddress silo)
    {
        lock (_asked) _asked.Add(silo);
        var request = new JoinRequest(Job, Fence, Protocol.Version, NumericsVersion.Current, StoreId);
        JoinReply? joined = await AskAsync(silo, worker => worker.Join(request), TimeSpan.FromSeconds(10));
        return joined is null ? null : new Participant(silo, workers.On(silo), joined, silo.Equals(local));
    }

    /// <summary>Has a silo read its data and copy a replica, which takes as long as it takes; people are told when that is long.</summary>
    /// <param name="participant">The silo.</param>
    /// <param name="holder">A silo whose replica is there.</param>
    /// <returns>Where it stands now; null if it is lost.</returns>
    /// <exception cref="InvalidInputException">Its data is not what the job needs.</exception>
    public async Task<ReplicaReply?> FollowAsync(Participant participant, SiloAddress holder)
    {
        Task<ReplicaReply?> ready = RepeatedCall.AskAsync(() => TransferStateAsync(participant, holder), _silence, static _ => { }, time);
        if (!await ready.EndsWithinAsync(_preparation, time, CancellationToken.None))
        {
            Notice(
                JobEventKind.Warning,
                $"silo {participant.Name} has not read its data and copied the state after {_preparation.TotalSeconds:F0} s; it joins when it is ready");
        }

        return await ready;
    }

    /// <summary>Brings a silo's replica to where the group stands, while the group goes on.</summary>
    /// <param name="participant">The silo.</param>
    /// <param name="holder">A silo whose replica is there.</param>
    /// <param name="patience">How long to wait; null: as long as the silo lives.</param>
    /// <returns>Where it stands now; null if it does not answer.</returns>
    /// <exception cref="InvalidInputException">Its data is not what the job needs.</exception>
    public Task<ReplicaReply?> TransferStateAsync(Participant participant, SiloAddress holder, TimeSpan? patience = null)
    {
        var request = new StateTransferRequest(Job, Fence, holder);
        return AskAsync(participant.Silo, worker => worker.TransferState(request), patience);
    }

    /// <summary>Frees the replicas, also of silos that are still preparing theirs; those of lost silos are gone anyway.</summary>
    /// <returns>When all have answered.</returns>
    public async Task ReleaseAsync()
    {
        SiloAddress[] asked;
        lock (_asked) asked = [.. _asked];
        await Task.WhenAll(asked.Select(ReleaseAsync));
    }

    /// <summary>Waits for all answers; when the first has come, so long for the others as makes sense.</summary>
    private async Task AllOrLateAsync<TReply>(Task<TReply>[] answers, CancellationToken cancellationToken)
    {
        Task all = Task.WhenAll(answers);
        long start = time.GetTimestamp();
        await Task.WhenAny(answers).WaitAsync(cancellationToken);
        TimeSpan patience = time.GetElapsedTime(start) * 4;
        await all.EndsWithinAsync(patience < Patience ? Patience : patience, time, cancellationToken);
    }

    private async Task ReleaseAsync(SiloAddress silo)
    {
        await AskAsync(silo, async worker =>
        {
            await worker.Release(Job, Fence);
            return worker;
        });
    }

    /// <summary>A worker's answer, or null if its silo is lost or <paramref name="given"/> up. The coordinator's own silo cannot be: what fails there is the
    /// job's failure.</summary>
    private async Task<TReply?> AskAsync<TReply>(SiloAddress silo, Task<TReply> answer, Task given)
        where TReply : class
    {
        if (silo.Equals(local)) return await answer;
        if (await Task.WhenAny(answer, silos.WhenLost(silo), given) != answer)
        {
            answer.Ignore();
            return null;
        }

        try
        {
            return await answer;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return null; // It cannot be reached. If it lives after all it may join again.
        }
    }
}
