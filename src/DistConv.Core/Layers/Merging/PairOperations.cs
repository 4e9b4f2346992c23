using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Merging;

/// <summary>An operation on two values, lane by lane.</summary>
internal interface IPairOperation
{
    /// <summary>left ∘ right, correctly rounded.</summary>
    static abstract TVec Apply<TSimd, TVec>(TVec left, TVec right)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct;
}

/// <summary>Which of two values is better.</summary>
internal interface IOrder
{
    /// <summary>Lane by lane: whether <paramref name="value"/> is strictly better than <paramref name="best"/>; a comparison with NaN is false.</summary>
    static abstract TVec SelectBetter<TSimd, TVec>(TVec value, TVec best, TVec whenTrue, TVec whenFalse)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct;
}

/// <summary>left + right.</summary>
internal readonly struct Sum : IPairOperation
{
    /// <inheritdoc/>
    public static TVec Apply<TSimd, TVec>(TVec left, TVec right)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct => TSimd.Add(left, right);
}

/// <summary>left · right.</summary>
internal readonly struct Product : IPairOperation
{
    /// <inheritdoc/>
    public static TVec Apply<TSimd, TVec>(TVec left, TVec right)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct => TSimd.Multiply(left, right);
}

/// <summary>left − right.</summary>
internal readonly struct Difference : IPairOperation
{
    /// <inheritdoc/>
    public static TVec Apply<TSimd, TVec>(TVec left, TVec right)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct => TSimd.Subtract(left, right);
}

/// <summary>left / right.</summary>
internal readonly struct Quotient : IPairOperation
{
    /// <inheritdoc/>
    public static TVec Apply<TSimd, TVec>(TVec left, TVec right)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct => TSimd.Divide(left, right);
}

/// <summary>The larger is better.</summary>
internal readonly struct Larger : IOrder
{
    /// <inheritdoc/>
    public static TVec SelectBetter<TSimd, TVec>(TVec value, TVec best, TVec whenTrue, TVec whenFalse)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct => TSimd.SelectGreater(value, best, whenTrue, whenFalse);
}

/// <summary>The smaller is better.</summary>
internal readonly struct Smaller : IOrder
{
    /// <inheritdoc/>
    public static TVec SelectBetter<TSimd, TVec>(TVec value, TVec best, TVec whenTrue, TVec whenFalse)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct => TSimd.SelectGreater(best, value, whenTrue, whenFalse);
}
