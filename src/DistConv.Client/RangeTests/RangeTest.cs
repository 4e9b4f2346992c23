using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Client.RangeTests;

/// <summary>
/// The range test of Smith 2015 (arXiv:1506.01186): some hundred steps of a job whose learning rate rises exponentially, until the loss diverges. It is a job
/// with the schedule <c>range</c>, which the training loop runs as any other, in a store that is removed afterwards. Its bits do not depend on the threads.
/// </summary>
internal static class RangeTest
{
    /// <summary>The rate of the first step.</summary>
    public const double FirstRate = 1e-6;

    /// <summary>The rate of the last step.</summary>
    public const double LastRate = 10;

    /// <summary>Steps from the first rate to the last.</summary>
    public const long Steps = 300;

    /// <summary>A job's request as that of its range test.</summary>
    /// <param name="request">The job.</param>
    /// <returns>The same with another length, rate and schedule, and without what ends a run early.</returns>
    public static TrainingRequest Of(TrainingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        OptimizerSpec optimizer = request.Optimizer ?? OptimizerSettings.Default(TrainingRequest.DefaultOptimizer);
        return request with
        {
            Id = null,
            Epochs = null,
            Steps = Steps,
            Optimizer = optimizer with { LearningRate = (float)LastRate },
            Schedule = new ScheduleSpec("range") { StartFraction = FirstRate / LastRate },
            EarlyStopPatience = null,
            StopAt = null,
            SnapshotEverySteps = null,
            NormsEverySteps = 0,
        };
    }

    /// <summary>Runs the test.</summary>
    /// <param name="plan">The plan of <see cref="Of"/>'s request.</param>
    /// <param name="threads">Compute threads.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The losses.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static async Task<RateCurve> RunAsync(TrainingPlan plan, int threads, KernelSet kernels, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        RateCurve curve = new();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("distconv-range-");
        try
        {
            JobSpec spec = plan.Specification;
            JobFolder job = new JobStore(folder.FullName, time).Create("range", spec);
            if (plan.InitialWeights is { } weights) InitialSnapshot.Enter(job, InitialSnapshot.Create(spec, plan.Data, weights, time.GetUtcNow()));
            using ComputePool pool = new(threads);
            using LocalTrainer trainer = new(spec, plan.Data, pool, kernels);
            TrainingLoop? running = null;
            RangeExecutor executor = new(trainer, spec, curve, () => running!.RequestStop());
            await using TrainingLoop loop = running = new TrainingLoop(
                job, executor, new RunOptions(SnapshotEverySteps: Steps, NormsEverySteps: 0), time);
            using CancellationTokenRegistration stop = cancellation.Register(loop.RequestStop);
            await Task.Run(() => loop.RunAsync(CancellationToken.None), CancellationToken.None);
            if (loop.Failure is { } failure and not NonFiniteGradientException) throw failure;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        cancellation.ThrowIfCancellationRequested();
        return curve;
    }
}
