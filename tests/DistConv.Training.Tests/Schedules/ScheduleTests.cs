using DistConv.Core;
using DistConv.Training.Schedules;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Schedules;

public class ScheduleTests
{
    private const long Total = 40;
    private const int StepsPerEpoch = 10;

    public static TheoryData<string, string> Mistakes => new()
    {
        { "name", $"schedule.name is 'cosin', which is unknown; choose one of: {string.Join(", ", ScheduleSettings.Names)}; did you mean 'cosine'?" },
        { "epochs", "schedule.everyEpochs is 0; give 1 to 1000000" },
        { "factor", "schedule.factor is 1.5; give a number above 0, at most 1" },
        { "factor NaN", "schedule.factor is NaN; give a number above 0, at most 1" },
        { "factor 0", "schedule.factor is 0; give a number above 0, at most 1" },
        { "fraction", "schedule.minFraction is -0.1; give a number from 0 to 1" },
        { "foreign", "schedule.factor is 0.5, but the schedule cosine has no such setting; leave it out" },
        { "warm-up", "schedule.warmupSteps is 40, but the job has 40 steps; give 0 to 39" },
    };

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 0.85355339059327378)] // ½ (1 + cos π/4)
    [InlineData(20, 0.5)]
    [InlineData(30, 0.14644660940672624)]
    [InlineData(40, 0)]
    [InlineData(41, 0)]
    public void Fraction_cosine_isHalfAWave(long step, double expected) =>
        Assert.Equal(expected, Schedule.Fraction(new ScheduleSpec("cosine"), step, Total, StepsPerEpoch), 1e-15);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 0.5)]
    [InlineData(39, 0.5)]
    [InlineData(40, 0.25)]
    public void Fraction_step_fallsEveryTwoEpochs(long step, double expected) =>
        Assert.Equal(expected, Schedule.Fraction(new ScheduleSpec("step", EveryEpochs: 2, Factor: 0.5), step, Total, StepsPerEpoch));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 0.9486832980505138)] // √0.9
    [InlineData(10, 0.9)]
    [InlineData(20, 0.81)]
    public void Fraction_exponential_fallsWithEveryStep(long step, double expected) =>
        Assert.Equal(expected, Schedule.Fraction(new ScheduleSpec("exponential", Factor: 0.9), step, Total, StepsPerEpoch), 1e-15);

    [Fact]
    public void Fraction_warmup_risesAndThenTheWaveBegins()
    {
        ScheduleSpec schedule = new("cosine", MinFraction: 0.2, WarmupSteps: 4);
        double[] fractions = [.. Enumerable.Range(0, 41).Select(step => Schedule.Fraction(schedule, step, Total, StepsPerEpoch))];

        Assert.Equal([0.25, 0.5, 0.75, 1, 1], fractions.Take(5));
        for (int step = 5; step <= 40; step++)
        {
            Assert.Equal(0.2 + (0.8 * 0.5 * (1 + Math.Cos(Math.PI * (step - 4) / 36))), fractions[step], 1e-15);
            Assert.True(fractions[step] < fractions[step - 1]);
        }

        Assert.Equal(0.2, fractions[40]);
    }

    [Fact]
    public void Fraction_warmupLongerThanAnEpoch_multipliesTheSchedule() =>
        Assert.Equal(0.5 * (16 / 20.0), Schedule.Fraction(new ScheduleSpec("step", EveryEpochs: 1, Factor: 0.5, WarmupSteps: 20), 15, Total, StepsPerEpoch));

    [Fact]
    public void Rate_noScheduleOrConstant_isTheOptimizersRate()
    {
        JobSpec job = TinyJobs.Spec(optimizer: TinyJobs.Sgd);

        Assert.Equal(0.1f, Schedule.Rate(job, 7, StepsPerEpoch));
        Assert.Equal(0.1f, Schedule.Rate(job with { Schedule = new ScheduleSpec("constant") }, 7, StepsPerEpoch));
        Assert.Equal(0.05f, Schedule.Rate(job with { Schedule = new ScheduleSpec("constant", WarmupSteps: 2) }, 0, StepsPerEpoch));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Validate_mistake_saysItInOneLine(string mistake, string expected)
    {
        ScheduleSpec schedule = mistake switch
        {
            "name" => new ScheduleSpec("cosin"),
            "epochs" => new ScheduleSpec("step", Factor: 0.5),
            "factor" => new ScheduleSpec("step", EveryEpochs: 1, Factor: 1.5),
            "factor NaN" => new ScheduleSpec("exponential", Factor: double.NaN),
            "factor 0" => new ScheduleSpec("exponential"),
            "fraction" => new ScheduleSpec("cosine", MinFraction: -0.1),
            "foreign" => new ScheduleSpec("cosine", Factor: 0.5),
            "warm-up" => new ScheduleSpec("constant", WarmupSteps: 40),
            _ => throw new ArgumentException(mistake),
        };

        Assert.Equal(expected, Assert.Throws<InvalidInputException>(() => ScheduleSettings.Validate(schedule, Total)).Message);
    }
}
