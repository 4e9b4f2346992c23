using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Client.RangeTests;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Train;

/// <summary><c>train --lr-find</c>: looks for a learning rate by a range test, and leaves no job behind.</summary>
internal static class RateFinder
{
    private const string PictureName = "lr-find.png";
    private const int Rows = 15, BarWidth = 40;

    /// <summary>Runs the test and reports it.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="InvalidInputException">The job cannot be, or an option does not go with the test.</exception>
    public static async Task<int> RunAsync(TrainRequest request, CliContext context)
    {
        EnsureAlone(request);
        KernelSet kernel = KernelSets.Select();
        TrainingPlan plan = await JobPlanner.PlanAsync(RangeTest.Of(request.ToTrainingRequest()), request.Run.Data, context.Stop);
        string folder = request.Out is { } path ? OutFolder.Prepare(path, context.Output).FullPath : Directory.GetCurrentDirectory();
        context.Output.Say($"looking for a learning rate: up to {RangeTest.Steps} steps, from {RangeTest.FirstRate} to {RangeTest.LastRate}");
        RateCurve curve = await RangeTest.RunAsync(plan, request.Run.Threads, kernel, context.Time, context.Stop);
        string? picture = Draw(plan.Specification, curve, Path.Combine(folder, PictureName), context.Output);
        if (request.Run.Json) JsonLine.Write(context.Output, ToJson(curve, picture));
        else Print(curve, picture, context.Output);
        return ExitCodes.Done;
    }

    private static void EnsureAlone(TrainRequest request)
    {
        string? other = request.Run.Cluster is not null ? "--cluster"
            : request.Run.Silos > 1 ? "--silos"
            : request.Run.StopAt is not null ? "--stop-at"
            : request.Job is not null ? "--job"
            : request.Out == ResultTargets.Archive ? $"--out {ResultTargets.Archive}" : null;
        if (other is not null)
            throw new InvalidInputException($"--lr-find and {other} exclude each other: the test runs in this process and leaves no job; "
                + "leave one of them out");
    }

    private static void Print(RateCurve curve, string? picture, IConsoleOutput output)
    {
        if (curve.Points.Count > 0)
        {
            TextTable table = new(" LEARNING RATE", " LOSS", " SMOOTHED", "");
            double high = curve.Points.Max(point => point.Smoothed);
            int last = curve.Points.Count - 1;
            foreach (int index in Enumerable.Range(0, Rows).Select(row => last * row / (Rows - 1)).Distinct())
            {
                RatePoint point = curve.Points[index];
                string bar = new('#', high > 0 ? (int)double.Clamp(double.Round(point.Smoothed / high * BarWidth), 0, BarWidth) : 0);
                table.Add($"{point.Rate:0.0E+0}", Format.Loss(point.Loss), Format.Loss(point.Smoothed), bar);
            }

            output.Result(table);
        }

        output.Result(curve.Suggest() is { } rate
            ? $"suggestion: --learning-rate {rate.ToString(System.Globalization.CultureInfo.InvariantCulture)}, {curve.Reason()}"
            : $"no suggestion: {curve.Reason()}");
        if (picture is not null) output.Result($"picture of the test: {picture}");
    }

    private static JsonObject ToJson(RateCurve curve, string? picture) => new()
    {
        ["suggestion"] = JsonLine.Number(curve.Suggest()),
        ["reason"] = curve.Reason(),
        ["diverged"] = curve.HasDiverged,
        ["steps"] = curve.Points.Count,
        ["picture"] = picture,
        ["points"] = JsonLine.Array(curve.Points, point => new JsonObject
        {
            ["step"] = point.Step,
            ["learningRate"] = JsonLine.Number(point.Rate),
            ["loss"] = JsonLine.Number(point.Loss),
            ["smoothed"] = JsonLine.Number(point.Smoothed),
        }),
    };

    private static string? Draw(JobSpec spec, RateCurve curve, string path, IConsoleOutput output)
    {
        try
        {
            string subtitle = $"batch {spec.GlobalBatch}, {spec.Optimizer.Name}, seed {spec.Seed}";
            Figure? figure = RateFigure.Of(
                KernelTimes.Title(spec, "learning rates"), subtitle, JobFigures.Of(spec).Loss,
                [.. curve.Points.Select(point => (point.Rate, point.Loss, point.Smoothed))], curve.Suggest());
            figure?.Save(path);
            return figure is null ? null : path;
        }
#pragma warning disable CA1031 // Whatever it is, the test is not lost with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            output.Warn($"{PictureName} was not drawn: {e.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }
}
