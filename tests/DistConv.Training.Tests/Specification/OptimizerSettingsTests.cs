using DistConv.Core;
using DistConv.Training.Optimizers;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Specification;

public class OptimizerSettingsTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "name", "optimizer.name is 'adm', which is unknown; choose one of: sgd, adadelta, adam, adamw, rmsprop" },
        { "rate 0", "optimizer.learningRate is 0; give a number above 0" },
        { "rate NaN", "optimizer.learningRate is NaN; give a number above 0" },
        { "rate ∞", "optimizer.learningRate is Infinity; give a number above 0" },
        { "momentum 1", "optimizer.momentum is 1; give a number from 0 to less than 1" },
        { "momentum NaN", "optimizer.momentum is NaN; give a number from 0 to less than 1" },
        { "nesterov", "optimizer.nesterov is on without a momentum; give a momentum above 0, for example 0.9" },
        { "rho", "optimizer.rho is -0.1; give a number from 0 to less than 1" },
        { "beta1", "optimizer.beta1 is 1; give a number from 0 to less than 1" },
        { "beta2", "optimizer.beta2 is 1.5; give a number from 0 to less than 1" },
        { "epsilon", "optimizer.epsilon is 0; give a number above 0" },
        { "epsilon ∞", "optimizer.epsilon is Infinity; give a number above 0" },
        { "adam momentum", "optimizer.momentum is 0.9, but adam has no such setting; leave it out, or use sgd" },
        { "decay NaN", "optimizer.weightDecay is NaN; give a number of at least 0" },
        { "adam decay", "optimizer.weightDecay is 0.1, but adam has no such setting; leave it out, or use sgd or adamw" },
        { "rmsprop momentum", "optimizer.momentum is 0.9, but rmsprop has no such setting; leave it out, or use sgd" },
        { "adam nesterov", "optimizer.nesterov is on, but adam has no momentum; turn it off, or use sgd" },
        { "sgd rho", "optimizer.rho is 0.9, but sgd has no such setting; leave it out, or use adadelta or rmsprop" },
        { "two at once", "optimizer.learningRate is -1; give a number above 0; optimizer.epsilon is 0; give a number above 0" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Create_mistake_saysItInOneLine(string mistake, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => Optimizer.Create(Mistake(mistake)));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Create_unknownName_suggestsAndLists()
    {
        var error = Assert.Throws<InvalidInputException>(() => OptimizerSettings.Default("adadleta"));

        Assert.Contains("sgd, adadelta, adam, adamw, rmsprop", error.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'adadelta'?", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Default_everyName_isValid()
    {
        foreach (string name in OptimizerSettings.Names)
        {
            OptimizerSpec spec = OptimizerSettings.Default(name);
            OptimizerSettings.Validate(spec);
            Assert.Equal(name, spec.Name);
        }
    }

    private static OptimizerSpec Mistake(string name)
    {
        OptimizerSpec sgd = OptimizerSettings.Default("sgd"), adam = OptimizerSettings.Default("adam");
        return name switch
        {
            "name" => sgd with { Name = "adm" },
            "rate 0" => sgd with { LearningRate = 0 },
            "rate NaN" => sgd with { LearningRate = float.NaN },
            "rate ∞" => sgd with { LearningRate = float.PositiveInfinity },
            "momentum 1" => sgd with { Momentum = 1 },
            "momentum NaN" => sgd with { Momentum = float.NaN },
            "nesterov" => sgd with { Nesterov = true },
            "rho" => OptimizerSettings.Default("adadelta") with { Rho = -0.1f },
            "beta1" => adam with { Beta1 = 1 },
            "beta2" => adam with { Beta2 = 1.5f },
            "epsilon" => adam with { Epsilon = 0 },
            "epsilon ∞" => adam with { Epsilon = float.PositiveInfinity },
            "adam momentum" => adam with { Momentum = 0.9f },
            "decay NaN" => sgd with { WeightDecay = float.NaN },
            "adam decay" => adam with { WeightDecay = 0.1f },
            "rmsprop momentum" => OptimizerSettings.Default("rmsprop") with { Momentum = 0.9f },
            "adam nesterov" => adam with { Nesterov = true },
            "sgd rho" => sgd with { Rho = 0.9f },
            "two at once" => adam with { LearningRate = -1, Epsilon = 0 },
            _ => throw new ArgumentException(name),
        };
    }
}
