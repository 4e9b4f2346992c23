using DistConv.Core;
using DistConv.Core.Augmentations;
using Xunit;

namespace DistConv.Client.Tests;

public class AugmentationTextTests
{
    [Theory]
    [InlineData("flip", "flip")]
    [InlineData(" flip , crop, mixup : 0.4 ", "flip,crop:4,mixup:0.4")]
    [InlineData("vflip,shift,rotate,zoom,contrast,brightness,erase,mixup,cutmix",
        "vflip,shift:0.1,rotate:10,zoom:0.1,contrast:0.2,brightness:0.2,erase:0.25,mixup:0.2,cutmix:1")]
    public void Parse_aList_isFormattedWithItsAmounts(string text, string expected)
    {
        IReadOnlyList<AugmentationSpec> list = AugmentationText.Parse(text)!;
        Assert.Equal(expected, AugmentationText.Format(list));
        Assert.Equal(list, AugmentationText.Parse(expected)!);
    }

    [Fact]
    public void Parse_nothing_isNone()
    {
        Assert.Null(AugmentationText.Parse(null));
        Assert.Null(AugmentationText.Format(null));
    }

    [Fact]
    public void Parse_manyMistakes_saysAllOfThem()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => AugmentationText.Parse("shift:a,flip:x,,rotate:999,mixup,zoom"));
        Assert.Equal(
            [
                "has 'shift:a', which has no number behind the colon; give for example shift:0.1",
                "has 'flip:x', but flip has no amount; give flip",
                $"has '', which is unknown; give some of: {AugmentationTypes.Forms}",
                "has rotate:999; give a number from 0.1 to 180, for example rotate:10",
                "has zoom behind mixup or cutmix, which mix what the others gave; put those last",
            ],
            e.Problems.Select(problem => problem.Problem));
    }
}
