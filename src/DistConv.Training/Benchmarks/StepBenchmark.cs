using System.Diagnostics;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Training.Benchmarks;

/// <summary>What a step, or a forward pass of inference, costs, beside the arithmetic limit measured in the same run on the same threads.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Batch">Samples of a step.</param>
/// <param name="Threads">Compute threads.</param>
/// <param name="Shards">Logical shards.</param>
/// <param name="Kernel">Kernel set.</param>
/// <param name="SamplesPerSecond">From the median step.</param>
/// <param name="StepMilliseconds">Median duration of a step (forward, backward, reduction, update) or of a forward pass.</param>
/// <param name="PeakGflops">Fused multiply-adds on registers, all threads at once: the best burst, interleaved with the steps.</param>
/// <param name="AchievedGflops">2 × multiply-adds of the step or the forward pass, over its duration: taps that exist, no input gradient of the first layer,
/// nothing elementwise.</param>
/// <param name="PeakFraction">Achieved ÷ peak.</param>
/// <param name="PhaseMilliseconds">Medians of compute, reduce and update; a forward pass is all compute.</param>
public sealed record StepBenchmarkResult(
    string Model,
    int Batch,
    int Threads,
    int Shards,
    string Kernel,
    double SamplesPerSecond,
    double StepMilliseconds,
    double PeakGflops,
    double AchievedGflops,
    double PeakFraction,
    StepPhases PhaseMilliseconds);

/// <summary>Milliseconds of a step's phases.</summary>
/// <param name="Compute">Forward and backward pass.</param>
/// <param name="Reduce">Finite check.</param>
/// <param name="Update">Optimizer.</param>
public sealed record StepPhases(double Compute, double Reduce, double Update);

/// <summary>Measures whole training steps of a <see cref="LocalTrainer"/>, or forward passes of its replica.</summary>
public static class StepBenchmark
{
    private const int WarmUpSteps = 5;
    private const int PeakRounds = 1_000_000;

    /// <summary>Runs steps and peak bursts in turn.</summary>
    /// <param name="job">The job to step; its data and total do not matter for the speed.</param>
    /// <param name="data">The job's data.</param>
    /// <param name="threads">Compute threads.</param>
    /// <param name="kernels">Kernel set.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <param name="forwardOnly">Forward passes of the batch in inference instead of training steps.</param>
    /// <returns>Medians and the best burst.</returns>
    public static StepBenchmarkResult Run(JobSpec job, Data.DataSource data, int threads, KernelSet kernels, double seconds, bool forwardOnly = false)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(kernels);
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(job, data, pool, kernels);
        var peak = new PeakWork(kernels, threads);
        Func<StepTiming> step = forwardOnly ? () => ForwardPass(trainer.Replica, job.GlobalBatch) : () => trainer.Step().Timing;
        for (int i = 0; i < WarmUpSteps; i++) step();
        var steps = new List<double>();
        var phases = new List<StepTiming>();
        double peakGflops = 0;
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds || steps.Count < 10)
        {
            double burst = peak.Measure(pool);
            if (burst > peakGflops) peakGflops = burst;
            for (int i = 0; i < 5; i++)
            {
                long before = Stopwatch.GetTimestamp();
                phases.Add(step());
                steps.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }
        }

        double milliseconds = Median.Of(steps);
        double samplesPerSecond = job.GlobalBatch * 1000 / milliseconds;
        ModelPlan plan = job.Plan();
        double achieved = (forwardOnly ? 2.0 * plan.MultiplyAddsForward : plan.TrainingFlops) * samplesPerSecond / 1e9;
        return new StepBenchmarkResult(
            job.ModelName, job.GlobalBatch, threads, job.Shards, kernels.Name, samplesPerSecond, milliseconds, peakGflops, achieved, achieved / peakGflops,
            new StepPhases(Median.Of(phases.Select(p => p.Compute)), Median.Of(phases.Select(p => p.Reduce)), Median.Of(phases.Select(p => p.Update))));
    }

    private static StepTiming ForwardPass(Replica replica, int batch)
    {
        long started = Stopwatch.GetTimestamp();
        replica.ForwardOnly(batch);
        return new StepTiming(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 0, 0, 0);
    }

    private sealed class PeakWork(KernelSet kernels, int threads) : IParallelWork
    {
        private readonly double[] _operations = new double[threads];

        /// <summary>One burst on every thread at once: GFLOP/s over all of them.</summary>
        public double Measure(ComputePool pool)
        {
            double gflops = 0;
            pool.Run(() =>
            {
                Array.Clear(_operations);
                long started = Stopwatch.GetTimestamp();
                pool.For(threads, this);
                gflops = _operations.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9;
            });
            return gflops;
        }

        public void Run(int unit, int thread) => _operations[unit] = PeakFlops.Burst(kernels, PeakRounds);
    }
}
