using DistConv.Training.Data.Cifar10;

namespace DistConv.Training.Data.Fetch;

/// <summary>
/// The data sets that can be fetched, their public mirrors and their pinned sums. The sums of <c>mnist</c> are over the unpacked content; those of
/// <c>fashion-mnist</c> and <c>cifar10</c> are over the files as served, and are the ones that TensorFlow Datasets publishes
/// (tensorflow_datasets/url_checksums/fashion_mnist.txt and cifar10.txt), as are all sizes.
/// </summary>
public static class RemoteSets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<RemoteSet> All { get; } = [Mnist(), FashionMnist(), Cifar()];

    /// <summary>A data set by its name, or null if there is none to fetch.</summary>
    public static RemoteSet? Find(string name) => All.FirstOrDefault(set => set.Name == name);

    private static RemoteSet Mnist() => new(
        "mnist",
        [new("https://storage.googleapis.com/cvdf-datasets/mnist/"), new("https://ossci-datasets.s3.amazonaws.com/mnist/")],
        [
            new("train-images-idx3-ubyte.gz", 9_912_422, PinnedBytes.Unpacked, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            new("train-labels-idx1-ubyte.gz", 28_881, PinnedBytes.Unpacked, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            new("t10k-images-idx3-ubyte.gz", 1_648_877, PinnedBytes.Unpacked, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            new("t10k-labels-idx1-ubyte.gz", 4_542, PinnedBytes.Unpacked, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ],
        []);

    private static RemoteSet FashionMnist() => new(
        "fashion-mnist",
        [
            new("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
            new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
            new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        ],
        [
            new("train-images-idx3-ubyte.gz", 26_421_880, PinnedBytes.AsServed, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            new("train-labels-idx1-ubyte.gz", 29_515, PinnedBytes.AsServed, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            new("t10k-images-idx3-ubyte.gz", 4_422_102, PinnedBytes.AsServed, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            new("t10k-labels-idx1-ubyte.gz", 5_148, PinnedBytes.AsServed, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ],
        []);

    private static RemoteSet Cifar() => new(
        "cifar10",
        [new("https://www.cs.toronto.edu/~kriz/"), new("https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/")],
        [new("cifar-10-binary.tar.gz", 170_052_171, PinnedBytes.AsServed, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")],
        [.. Cifar10Folder.Names.Select(name => new ArchivedFile($"cifar-10-batches-bin/{name}", 10_000 * Cifar10Source.RecordBytes))]);
}
