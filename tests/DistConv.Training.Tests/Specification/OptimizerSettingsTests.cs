using DistConv.Core;
using DistConv.Training.Optimizers;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Specification;

public class OptimizerSettingsTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "name", "unknown optimizer 'adm'" },
        { "rate 0", "optimizer sgd: learning rate 0 must be greater than 0" },
        { "rate NaN", "optimizer sgd: learning rate NaN must be " },
        { "rate ∞", "optimizer sgd: learning rate Infinity must be " },
        { "momentum 1", "optimizer sgd: momentum 1 must be at least 0 and less than 1" },
        { "momentum NaN", "optimizer sgd: momentum NaN must be at least 0 and less than 1" },
        { "nesterov", "optimizer sgd: Nesterov needs a momentum greater than 0" },
        { "rho", "optimizer adadelta: rho -0.1 must be at least 0 and less than 1" },
        { "beta1", "optimizer adam: beta1 1 must be at least 0 and less than 1" },
        { "beta2", "optimizer adam: beta2 1.5 must be at least 0 and less than 1" },
        { "epsilon", "optimizer adam: epsilon 0 must be greater than 0" },
        { "epsilon ∞", "optimizer adam: epsilon Infinity must be " },
        { "adam momentum", "optimizer adam: has no momentum; use --optimizer sgd" },
        { "decay NaN", "optimizer sgd: weight decay NaN must be at least 0 and finite" },
        { "adam decay", "optimizer adam: has no weight decay; use --optimizer adamw or sgd" },
        { "rmsprop momentum", "optimizer rmsprop: has no momentum; use --optimizer sgd" },
        { "adam nesterov", "optimizer adam: has no Nesterov momentum; use --optimizer sgd" },
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
            _ => throw new ArgumentException(name),
        };
    }
}
