using DistConv.Core.Augmentations;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Augmentations;

public class AugmentationTypesTests
{
    [Fact]
    public void FindProblems_usualAmounts_areAllowed()
    {
        AugmentationSpec[] list = [.. AugmentationTypes.All.Select(type => new AugmentationSpec(type.Name, type.Usual))];
        Assert.Empty(AugmentationTypes.FindProblems(list, new TensorShape(28, 28, 1)));
        Assert.Equal("flip", list[0].ToString());
        Assert.Equal("shift:0.1", list[2].ToString());
        Assert.All(AugmentationTypes.All, type => Assert.Equal(type.Amount is null, type.Usual == 0));
    }

    [Fact]
    public void FindProblems_manyMistakes_saysEachWithWhatWouldBeRight()
    {
        AugmentationSpec[] list =
        [
            new("flip", 0.5), new("shfit", 0.1), new("mixup", 2), new("shift", 0), new("crop", 2.5), new("crop", 6), new("zoom", double.NaN), new("erase", 1),
        ];
        Assert.Equal(
            [
                "augmentation has flip:0.5, but flip has no amount; give flip",
                $"augmentation has 'shfit', which is unknown; give some of: {AugmentationTypes.Forms}; did you mean 'shift'?",
                "augmentation has mixup:2; give a number from 0.01 to 1, for example mixup:0.2",
                "augmentation has shift:0; give a number from 0.001 to 1, for example shift:0.1",
                "augmentation has shift behind mixup or cutmix, which mix what the others gave; put those last",
                "augmentation has crop:2.5; give a whole number from 1 to 4096, for example crop:4",
                "augmentation has crop behind mixup or cutmix, which mix what the others gave; put those last",
                "augmentation has crop:6, which is a whole side of the pictures of (8, 6, 3); give less, for example crop:1",
                "augmentation has crop twice; give it once",
                "augmentation has crop behind mixup or cutmix, which mix what the others gave; put those last",
                "augmentation has zoom:NaN; give a number from 0.001 to 0.9, for example zoom:0.1",
                "augmentation has zoom behind mixup or cutmix, which mix what the others gave; put those last",
                "augmentation has erase behind mixup or cutmix, which mix what the others gave; put those last",
            ],
            AugmentationTypes.FindProblems(list, new TensorShape(8, 6, 3)).Select(problem => problem.ToString()));
        Assert.StartsWith("augmentation is empty", Assert.Single(AugmentationTypes.FindProblems([], null)).ToString(), StringComparison.Ordinal);
        Assert.Contains("''", Assert.Single(AugmentationTypes.FindProblems([null!], null)).ToString(), StringComparison.Ordinal);
    }
}
