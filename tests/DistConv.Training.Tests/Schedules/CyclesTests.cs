using DistConv.Core;
using DistConv.Training.Schedules;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Schedules;

/// <summary>Schedules that rise, against the definitions of their papers, written here with the platform's mathematics.</summary>
public class CyclesTests
{
    private const int StepsPerEpoch = 10;

    public static TheoryData<string, string> Mistakes => new()
    {
        { "peak", "schedule.peakAt is 1; give a number above 0, below 1" },
        { "start", "schedule.startFraction is 0; give a number above 0, at most 1" },
        { "start NaN", "schedule.startFraction is NaN; give a number above 0, at most 1" },
        { "growth", "schedule.growth is 0; give 1 to 100" },
        { "foreign", "schedule.growth is 2, but the schedule cosine has no such setting; leave it out" },
        { "warm-up", "schedule.warmupSteps is 3, but the schedule one-cycle begins with a rise of its own; leave it out" },
    };

    /// <summary>The fractions of PyTorch's OneCycleLR(max_lr=1, total_steps=10): its docstring's phases, with pct_start 0.3, div_factor 25 and
    /// final_div_factor 1e4.</summary>
    [Theory]
    [InlineData(10, 0.3, 0.04, 4e-6)]
    [InlineData(400, 0.3, 0.04, 4e-6)]
    [InlineData(7, 0.5, 0.1, 0)]
    [InlineData(50, 0.01, 0.5, 0.25)]
    public void OneCycle_everyStep_isPyTorchsDefinition(int total, double peakAt, double start, double last)
    {
        ScheduleSpec schedule = new("one-cycle", MinFraction: last) { PeakAt = peakAt, StartFraction = start };
        (double End, double From, double To)[] phases = [((peakAt * total) - 1, start, 1), (total - 1, 1, last)];
        for (int step = 0; step < total; step++)
        {
            int phase = step <= phases[0].End ? 0 : 1;
            double begin = phase == 0 ? 0 : phases[0].End;
            double share = (step - begin) / (phases[phase].End - begin);
            double expected = phases[phase].To + ((phases[phase].From - phases[phase].To) / 2 * (Math.Cos(Math.PI * share) + 1));
            Assert.Equal(expected, Schedule.Fraction(schedule, step, total, StepsPerEpoch), 1e-14);
        }

        Assert.Equal(last, Schedule.Fraction(schedule, total + 5, total, StepsPerEpoch));
    }

    [Fact]
    public void OneCycle_jobOfOneStep_endsThere() => Assert.Equal(0.25, Cycles.OneCycle(0, 1, 0.3, 0.04, 0.25));

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0.1, 0)]
    [InlineData(3, 0, 7)]
    public void Restarts_everyStep_beginsAgainWithEachCycle(int growth, double min, int warmup)
    {
        ScheduleSpec schedule = new("restarts", EveryEpochs: 2, MinFraction: min, WarmupSteps: warmup) { Growth = growth };
        int at = 0, length = 2 * StepsPerEpoch;
        for (int step = warmup; step < 500; step++)
        {
            double expected = min + ((1 - min) * (1 + Math.Cos(Math.PI * at / length)) / 2);
            Assert.Equal(expected, Schedule.Fraction(schedule, step, 30, StepsPerEpoch), 1e-14); // Of any length of the job.
            if (++at != length) continue;
            (at, length) = (0, length * growth);
        }
    }

    [Fact]
    public void Restarts_hugeCycles_endsTheSearch() => Assert.InRange(Cycles.Restarts(1_000_000_000_000, 1, 100, 0.5), 0.5, 1);

    [Fact]
    public void Range_everyStep_risesByOneFactor()
    {
        ScheduleSpec schedule = new("range") { StartFraction = 1e-7 };
        double factor = Math.Pow(1e7, 1 / 99.0);
        for (int step = 0; step < 100; step++)
            Assert.Equal(1, Schedule.Fraction(schedule, step, 100, StepsPerEpoch) / (1e-7 * Math.Pow(factor, step)), 1e-12);
        Assert.Equal(1, Schedule.Fraction(schedule, 0, 1, StepsPerEpoch));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Validate_mistake_saysItInOneLine(string mistake, string expected)
    {
        ScheduleSpec cycle = new("one-cycle") { PeakAt = 0.3, StartFraction = 0.04 };
        ScheduleSpec schedule = mistake switch
        {
            "peak" => cycle with { PeakAt = 1 },
            "start" => cycle with { StartFraction = 0 },
            "start NaN" => cycle with { StartFraction = double.NaN },
            "growth" => new ScheduleSpec("restarts", EveryEpochs: 1),
            "foreign" => new ScheduleSpec("cosine") { Growth = 2 },
            "warm-up" => cycle with { WarmupSteps = 3 },
            _ => throw new ArgumentException(mistake),
        };

        Assert.Equal(expected, Assert.Throws<InvalidInputException>(() => ScheduleSettings.Validate(schedule, 40)).Message);
    }
}
