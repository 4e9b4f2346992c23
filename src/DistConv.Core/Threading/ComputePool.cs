using System.Runtime.ExceptionServices;

namespace DistConv.Core.Threading;

/// <summary>
/// Dedicated threads for the arithmetic of a process. One of them, the driver, runs queued jobs one at a time; inside a job <see cref="For"/> spreads units
/// of work over all threads. Nothing of it touches the .NET thread pool, so that messages stay prompt while all cores compute.
/// </summary>
/// <remarks><see cref="For"/> allocates nothing. Waiting threads spin briefly (the next phase of a step is microseconds away), then sleep.</remarks>
public sealed class ComputePool : IDisposable
{
    /// <summary>Spins before a helper goes to sleep: about 20 µs.</summary>
    private const int SpinLimit = 400;

    private readonly Lock _queueLock = new();
    private readonly Queue<Action<bool>> _jobs = new();
    private readonly Lock _waitingJobLock = new();
    private readonly SemaphoreSlim _waitingJobDone = new(0);
    private readonly Action<bool> _runWaitingJob;
    private readonly SemaphoreSlim _jobArrived = new(0);
    private readonly Sleeper[] _sleepers;
    private readonly Thread[] _threads;
    private IParallelWork? _work;
    private int _count;
    private int _next;
    private int _generation;
    private int _unfinishedHelpers;
    private Exception? _failure;
    private Action? _waitingJob;
    private Exception? _waitingJobFailure;
    private bool _stopping;
    private volatile bool _driverEnded, _isDriving;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many, 1 … 1,024.</param>
    /// <exception cref="InvalidInputException">Out of range.</exception>
    public ComputePool(int threads)
    {
        if (threads is < 1 or > 1024) throw new InvalidInputException($"threads is {threads}; give 1 to 1024");
        Threads = threads;
        _runWaitingJob = RunWaitingJob;
        _sleepers = [.. Enumerable.Range(0, threads).Select(_ => new Sleeper())];
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int index = i;
            _threads[i] = new Thread(index == 0 ? Drive : () => Help(index)) { IsBackground = true, Name = $"distconv-compute-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Number of threads, the driver included.</summary>
    public int Threads { get; }

    /// <summary>How many of them compute at this moment. Any thread may ask.</summary>
    public int BusyThreads => _isDriving ? 1 + int.Clamp(Volatile.Read(ref _unfinishedHelpers), 0, Threads - 1) : 0;

    /// <summary>Runs a job on the driver thread and waits for it. Allocates nothing.</summary>
    /// <param name="work">The job. An exception of it is thrown here.</param>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_waitingJobLock)
        {
            _waitingJob = work;
            Enqueue(_runWaitingJob);
            _waitingJobDone.Wait();
            if (_waitingJobFailure is not { } failure) return;
            _waitingJobFailure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Queues a job for the driver thread.</summary>
    /// <param name="work">The job.</param>
    /// <returns>
    /// Completes with the job, or with its exception, or with <see cref="ObjectDisposedException"/> if the pool is disposed first; continuations run
    /// elsewhere.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public Task RunAsync(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(disposed =>
        {
            try
            {
                ObjectDisposedException.ThrowIf(disposed, this);
                work();
                done.SetResult();
            }
#pragma warning disable CA1031 // Whatever the job throws belongs to whoever awaits it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Runs all units on all threads and returns when they are done. Only from within a job.</summary>
    /// <param name="count">Number of units.</param>
    /// <param name="work">The units. The first exception of one is thrown here, after the others have ended.</param>
    public void For(int count, IParallelWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (Threads == 1 || count <= 1)
        {
            for (int unit = 0; unit < count; unit++) work.Run(unit, 0);
            return;
        }

        _work = work;
        _count = count;
        _next = 0;
        Volatile.Write(ref _unfinishedHelpers, Threads - 1);
        Interlocked.Increment(ref _generation);
        for (int helper = 1; helper < _sleepers.Length; helper++) _sleepers[helper].Wake();

        TakeUnits(0);
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _unfinishedHelpers) > 0) spinner.SpinOnce(sleep1Threshold: -1);
        if (_failure is null) return;
        Exception failure = _failure;
        _failure = null;
        ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Ends the threads after the job that runs; queued jobs are not started, whoever waits for one gets an <see cref="ObjectDisposedException"/>.
    /// From within a job it returns at once, and the threads end after the job.</summary>
    public void Dispose()
    {
        lock (_queueLock)
        {
            if (_stopping) return;
            _stopping = true;
        }

        _jobArrived.Release();
        if (_threads.Contains(Thread.CurrentThread)) return;
        foreach (Thread thread in _threads) thread.Join();
        _jobArrived.Dispose();
        lock (_waitingJobLock) _waitingJobDone.Dispose();
        foreach (Sleeper sleeper in _sleepers) sleeper.Dispose();
    }

    /// <summary>Queues a job, whose argument tells whether the pool is disposed and the job must not start.</summary>
    private void Enqueue(Action<bool> job)
    {
        lock (_queueLock)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _jobs.Enqueue(job);
            _jobArrived.Release();
        }
    }

    private void RunWaitingJob(bool disposed)
    {
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            _waitingJob!();
        }
#pragma warning disable CA1031 // Rethrown by Run.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _waitingJobFailure = e;
        }

        _waitingJobDone.Release();
    }

    private void Drive()
    {
        Denormals.Check();
        bool disposed = false;
        while (true)
        {
            if (!disposed) _jobArrived.Wait();
            Action<bool>? job;
            lock (_queueLock)
            {
                disposed = _stopping;
                if (!_jobs.TryDequeue(out job)) break;
            }

            _isDriving = true;
            job(disposed);
            _isDriving = false;
        }

        // Only now: the last job's For needed the helpers.
        _driverEnded = true;
        foreach (Sleeper sleeper in _sleepers) sleeper.Wake();
    }

    private void Help(int index)
    {
        Denormals.Check();
        int seen = 0;
        while (true)
        {
            AwaitGeneration(seen, _sleepers[index]);
            if (_driverEnded) return;
            seen++;
            TakeUnits(index);
            Interlocked.Decrement(ref _unfinishedHelpers);
        }
    }

    /// <summary>Waits until the generation differs from the last one seen.</summary>
    private void AwaitGeneration(int seen, Sleeper sleeper)
    {
        for (int i = 0; i < SpinLimit; i++)
        {
            if (Volatile.Read(ref _generation) != seen || _driverEnded) return;
            Thread.SpinWait(20);
        }

        // Whoever changes the generation looks at the flag afterwards; this thread sets the flag and looks at the generation afterwards: one of them sees.
        // The driver's wake may come late, when the generation is already done here: look again.
        while (Volatile.Read(ref _generation) == seen && !_driverEnded)
        {
            sleeper.FallAsleep();
            if (Volatile.Read(ref _generation) != seen || _driverEnded) sleeper.Wake();
            sleeper.AwaitWake();
        }
    }

    private void TakeUnits(int thread)
    {
        IParallelWork work = _work!;
        try
        {
            int unit;
            while ((unit = Interlocked.Increment(ref _next) - 1) < _count) work.Run(unit, thread);
        }
#pragma warning disable CA1031 // Rethrown by For on the driver.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }
}
