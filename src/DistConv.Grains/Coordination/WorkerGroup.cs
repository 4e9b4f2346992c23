using DistConv.Core;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Membership;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Optimizers;
using DistConv.Training.Records;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Grains.Coordination;

/// <summary>
/// The workers of one run of a job: who takes part, with which shards, and where their replicas stand. Silos that are lost leave it, and silos that appear
/// join it, between two steps; no bit depends on that.
/// </summary>
/// <param name="folder">The job.</param>
/// <param name="silos">The cluster's silos.</param>
/// <param name="local">The coordinator's own silo.</param>
/// <param name="workers">Finds workers.</param>
/// <param name="time">The clock.</param>
internal sealed partial class WorkerGroup(JobFolder folder, ISiloWatch silos, SiloAddress local, IWorkerClient workers, TimeProvider time)
{
    private readonly HashSet<SiloAddress> _asked = [];
    private List<Participant> _participants = [];
    private readonly NoticeLog _notices = new();
    private readonly ShardOwners _owners = new(folder.Spec.Shards);
    private readonly JoiningSilos _joining = new(time);
    private ulong[] _hashes = [];
    private IReadOnlyList<SiloAddress>? _retiredFrom;
    private string _lastDrop = "";

    /// <summary>The job id.</summary>
    public string Job => folder.Id;

    /// <summary>The job.</summary>
    public JobSpec Spec => folder.Spec;

    /// <summary>The coordinator's claim, which every call carries.</summary>
    public long Fence { get; set; }

    /// <summary>The id of the job store, which all silos must share.</summary>
    public required string StoreId { get; init; }

    /// <summary>Floats of a step's sum: nearly the number of parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>How long a step boundary waits for a silo that joins: it only lacks the last steps; of a large model it may lack the whole state.</summary>
    private TimeSpan Admission => TimeSpan.FromSeconds(5) + (StepDeadline.Transfer(Parameters) * (1 + Optimizer.Create(Spec.Optimizer).Slots.Count));

    /// <summary>Updates that every replica has applied.</summary>
    public long Step { get; private set; }

    /// <summary>The step that is being computed, for what people are told.</summary>
    public long Computing { get; set; }

    /// <summary>The silos that compute, the coordinator's own first, each with at least one shard; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<Participant> Participants => _participants;

    /// <summary>Whether silos wait to be taken in.</summary>
    public bool HasJoiners => _joining.AreReady;

    /// <summary>Who came and who was lost, the oldest first; the same object until there is another line.</summary>
    public IReadOnlyList<string> Notices => _notices.Lines;

    /// <summary>Silos that were given up so far: calls to them may still be under way.</summary>
    public int Drops { get; private set; }

    /// <summary>Shards that had to be computed again because a silo was lost.</summary>
    public int RetriedShards { get; set; }

    /// <summary>Has every silo join, and brings the replicas to one step: that of the snapshot, or the furthest where one stands that has outlived its
    /// coordinator.</summary>
    /// <param name="snapshot">The snapshot; null: the untrained network.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When all are equal: where they stand.</returns>
    /// <exception cref="InvalidInputException">The data, store or version of no silo is what the job needs.</exception>
    public async Task<RunPosition> StartAsync(Snapshot? snapshot, CancellationToken cancellationToken)
    {
        IReadOnlyList<SiloAddress> active = silos.Active;
        GroupStart start = new(this, snapshot, time);
        RunPosition position = await start.RunAsync(active.OrderBy(silo => !silo.Equals(local)), cancellationToken).WaitAsync(cancellationToken);
        _participants = [.. start.Ready.Take(Spec.Shards)]; // Replaced as a whole: the status may be asked for meanwhile.
        _isPlanned = false;
        (Step, _hashes) = (position.Step, start.LayerHashes);
        if (start.GoesOn) TellMissing();
        Assign();
        return position;
    }

    /// <summary>Between two steps: lets go of silos that are about to stop, and takes in those that are ready.</summary>
    /// <param name="admits">Whether every replica has applied everything, so that silos can be taken in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the step can begin.</returns>
    public async Task MeetAsync(bool admits, CancellationToken cancellationToken)
    {
        Retire();
        _joining.Look(this, silos.Active);
        if (admits) await AdmitAsync(cancellationToken);
    }

    /// <summary>A silo takes part no longer, until it joins again.</summary>
    /// <param name="participant">The silo.</param>
    /// <param name="reason">What happened, for people: "was lost".</param>
    public void Drop(Participant participant, string reason)
    {
        if (!_participants.Remove(participant)) return;
        _isPlanned = false;
        participant.Drop();
        Drops++;
        _joining.NotBefore(participant.Silo);
        _lastDrop = $"step {Computing}: silo {participant.Name} {reason}";
        if (_participants.Count == 0) return; // EnsureNotEmpty tells it.
        string shards = participant.Shards.Length == 1 ? "shard" : $"{participant.Shards.Length} shards";
        string moved = ShardRanges.Format(participant.Shards);
        Notice(JobEventKind.SiloLost, $"{_lastDrop}; the other silos take over its {shards} ({moved})");
    }

    /// <summary>Checks that somebody is left who computes.</summary>
    /// <exception cref="NoWorkerLeftException">All silos were lost or dropped.</exception>
    public void EnsureNotEmpty()
    {
        if (_participants.Count > 0) return;
        throw new NoWorkerLeftException(
            $"{_lastDrop}, and no other silo computes this job: start the silo again, or another one that has the job's data, and resume the job");
    }

    /// <summary>Tells people something, once.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="line">What.</param>
    public void Notice(JobEventKind kind, string line) => _notices.Add(kind, line);

    /// <summary>Tells the job's record something.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="line">What.</param>
    public void Record(JobEventKind kind, string line) => _notices.Record(kind, line);

    /// <summary>Takes the oldest line that the job's record has not got yet.</summary>
    /// <param name="notice">The line.</param>
    /// <returns>False if it has all.</returns>
    public bool TryTakeNotice(out (JobEventKind Kind, string Line) notice) => _notices.TryTake(out notice);

    /// <summary>Tells why a silo does not take part.</summary>
    /// <param name="silo">Its name.</param>
    /// <param name="e">What it answered.</param>
    /// <returns>Whether it lacks what the job needs; otherwise it is only not ready.</returns>
    public bool TellRefusal(string silo, Exception e)
    {
        bool isMisfit = e is InvalidInputException or InvalidOperationException;
        string reason = isMisfit || e is BusyException ? e.Message : $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
        Notice(JobEventKind.Warning, $"silo {silo} {(isMisfit ? "cannot participate" : "cannot join yet")}: {reason}");
        return isMisfit;
    }

    /// <summary>All replicas have answered from a step.</summary>
    /// <param name="step">Updates applied.</param>
    /// <param name="replies">Who answered, with hashes of the weights.</param>
    /// <exception cref="InvalidOperationException">They differ: memory or processor of a silo is broken, or it runs another build.</exception>
    public void Settle(long step, IReadOnlyList<(Participant Participant, ulong[] Hashes)> replies)
    {
        WeightsVote.EnsureEqual(step, replies);
        (Step, _hashes) = (step, replies[0].Hashes);
    }

    /// <summary>Deals the shards anew.</summary>
    public void Assign()
    {
        int[][] blocks = ShardAssignment.Blocks(Spec.Shards, _participants.Count);
        for (int i = 0; i < blocks.Length; i++) _participants[i].Shards = blocks[i];
        if (_owners.Deal(_participants) is { } moved) Record(JobEventKind.ShardsMoved, $"step {long.Max(Step, Computing)}: {moved}");
    }

    /// <summary>Who took part under the coordinator before, and does not now.</summary>
    private void TellMissing()
    {
        IReadOnlyList<Training.Jobs.SiloStatus> before = folder.ReadStatus()?.Silos ?? [];
        _owners.GoOn(before);
        foreach (Training.Jobs.SiloStatus silo in before)
        {
            if (_participants.Exists(there => there.Silo.Endpoint.ToString() == silo.Silo && there.Joined.ProcessId == silo.ProcessId)) continue;
            string shards = ShardRanges.Format(silo.Shards);
            Notice(
                JobEventKind.SiloLost,
                $"step {Step}: silo {silo.Silo} (process {silo.ProcessId}) is missing; the other silos take over its shards ({shards})");
        }
    }

    /// <summary>Silos that say that they are about to stop: they have computed the step before, and are let go.</summary>
    private void Retire()
    {
        IReadOnlyList<SiloAddress> active = silos.Active;
        if (ReferenceEquals(active, _retiredFrom)) return;
        _retiredFrom = active;
        foreach (Participant leaver in _participants.Where(participant => !participant.IsLocal && !active.Contains(participant.Silo)).ToList())
        {
            if (_participants.Count == 1) return;
            if (silos.WhenLost(leaver.Silo).IsCompleted) continue;
            _participants.Remove(leaver);
            _isPlanned = false;
            leaver.Drop();
            ReleaseAsync(leaver.Silo).Ignore();
            string moved = ShardRanges.Format(leaver.Shards);
            Notice(JobEventKind.SiloLost, $"step {Computing}: silo {leaver.Name} stops; the other silos take over its shards ({moved})");
            Assign();
        }
    }

    private async Task AdmitAsync(CancellationToken cancellationToken)
    {
        foreach (Participant joiner in await _joining.TakeReadyAsync(this))
        {
            try
            {
                ReplicaReply? there = await TransferStateAsync(joiner, _participants[0].Silo, Admission).WaitAsync(cancellationToken);
                if (there is null || there.Step != Step)
                {
                    _joining.NotBefore(joiner.Silo);
                    continue;
                }

                if (!there.LayerHashes.SequenceEqual(_hashes))
                {
                    Notice(
                        JobEventKind.Warning,
                        $"silo {joiner.Name} cannot participate: its weights do not match the transferred state of step {Step}");
                    continue;
                }

                _participants.Add(joiner);
                _isPlanned = false;
                Notice(JobEventKind.SiloJoined, $"step {Computing}: silo {joiner.Name} joins");
            }
#pragma warning disable CA1031 // Whatever a silo that begins or ends throws: it does not take part, and the job goes on.
            catch (Exception e) when (e is InvalidInputException or InvalidOperationException || (e is not OperationCanceledException && !joiner.IsLocal))
#pragma warning restore CA1031
            {
                TellRefusal(joiner.Name, e);
            }
        }

        Assign();
    }
}
