namespace DistConv.Training.Steps;

/// <summary>Values of one kind, by row or by thread; the default is none.</summary>
internal readonly unsafe struct RowBlock(float* first, long rowStride, long threadStride)
{
    /// <summary>The values of a row, or of a thread.</summary>
    public float* At(int row, int thread) => first + (row * rowStride) + (thread * threadStride);
}
