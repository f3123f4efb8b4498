using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Networks of a few layers by what they are there to try, on maps whose sides are multiples of nothing.</summary>
internal static class SmallNetworks
{
    private static readonly Dictionary<string, (Shape Input, Action<NetworkBuilder> Make)> Known = new()
    {
        ["3x3 convolution"] = (new(2, 5, 7), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 5, 3, padding: 1)))),
        ["convolution without bias or padding"] = (new(3, 6, 5), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 4, 3, bias: false)))),
        ["convolution with stride 2"] = (new(2, 5, 7), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 3, 3, stride: 2, padding: 1)))),
        ["convolution with stride 2 on even sides"] = (new(2, 6, 8), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 3, 3, stride: 2, padding: 1)))),
        ["1x1 convolution"] = (new(3, 5, 7), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 20, 1)))),
        ["1x1 convolution with stride 2"] = (new(3, 5, 7), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 4, 1, stride: 2)))),
        ["2x2 convolution with stride 2"] = (new(2, 5, 7), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 3, 2, stride: 2)))),
        ["5x5 convolution with stride 3"] = (new(1, 8, 7), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 3, 5, stride: 3, padding: 2)))),
        ["7x7 convolution of a smaller map"] = (new(2, 3, 4), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 2, 7, padding: 3)))),
        ["convolution of a single row"] = (new(2, 1, 9), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 3, 3, padding: 1)))),
        ["two convolutions"] = (new(1, 5, 7), b =>
            Head(b, b.Relu(b.Convolution("second", b.Relu(b.Convolution("first", b.Input, 17, 3, padding: 1)), 9, 3)))),
        ["convolutions without a rectifier"] = (new(2, 5, 7), b =>
            b.Linear("fc", b.Convolution("second", b.Convolution("first", b.Input, 3, 3, padding: 1), 3, 3, stride: 2, padding: 1), 4)),

        ["1x7 convolution"] = (new(2, 3, 8), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 3, Window.Of((1, 7), padding: (0, 3)))))),
        ["7x1 convolution"] = (new(2, 8, 3), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 3, Window.Of((7, 1), padding: (3, 0)))))),
        ["5x2 convolution with strides of its own"] = (new(2, 9, 8), b =>
            Head(b, b.Relu(b.Convolution("conv", b.Input, 3, Window.Of((5, 2), stride: (3, 1), padding: (2, 1)))))),
        ["convolution that skips columns"] = (new(2, 4, 7), b =>
        {
            var x = Stem(b, 3);
            Head(b, b.Concat(b.Flatten(x), b.Flatten(b.Convolution("conv", x, 3, Window.Of((3, 1), stride: (1, 2), padding: (1, 0))))));
        }
        ),
        ["convolution in narrow groups"] = (new(2, 5, 7), b => Head(b, b.Relu(b.Convolution("conv", Stem(b, 6), 9, Window.Square(3, padding: 1), groups: 3)))),
        ["convolution in wide groups"] = (new(2, 4, 3), b =>
            Head(b, b.Relu(b.BatchNorm("bn", b.Convolution("conv", Stem(b, 16), 18, Window.Of((3, 1), (2, 1), (1, 0)), groups: 2))))),
        ["depthwise convolution"] = (new(2, 5, 7), b =>
            Head(b, b.Relu(b.Convolution("point", b.Relu(b.BatchNorm("bn", b.Convolution("depth", Stem(b, 5), 5, Window.Square(3, 2, 1), false, groups: 5))), 4, 1)))),
        ["depthwise convolution with a sum"] = (new(2, 5, 4), b =>
        {
            var x = Stem(b, 4);
            Head(b, b.Relu(b.Add(x, b.Convolution("depth", x, 4, Window.Square(3, padding: 1), groups: 4))));
        }
        ),

        ["convolution by Winograd"] = (new(16, 4, 5), b => Head(b, b.Relu(b.Convolution("conv", b.Input, 17, 3, padding: 1)))),
        ["block of convolutions by Winograd"] = (new(2, 4, 4), b => b.Linear("fc", b.GlobalAveragePool(Block(b, Stem(b, 16), 16, stride: 1)), 4)),
        ["two convolutions by Winograd of one value"] = (new(2, 4, 4), b =>
        {
            var x = b.Relu(b.Convolution("stem", b.Input, 16, 3, padding: 1));
            Head(b, b.Relu(b.Add(b.Convolution("a", x, 16, 3, padding: 1), b.Convolution("b", x, 16, 3, padding: 1, bias: false))));
        }
        ),

        ["batch norm"] = (new(2, 5, 7), b => Head(b, b.Relu(b.BatchNorm("bn", b.Convolution("conv", b.Input, 5, 3, padding: 1, bias: false))))),
        ["batch norm after a bias"] = (new(2, 5, 7), b => Head(b, b.Relu(b.BatchNorm("bn", b.Convolution("conv", b.Input, 5, 3, padding: 1))))),
        ["batch norm without weights"] = (new(2, 5, 7), b =>
            Head(b, b.Relu(b.BatchNorm("bn", b.Convolution("conv", b.Input, 5, 3, bias: false), affine: false)))),
        ["batch norm of a vector"] = (new(1, 4, 5), b => Head(b, b.Relu(b.BatchNorm("bn", b.Linear("hidden", b.Input, 9))))),
        ["batch norm of the input"] = (new(3, 5, 7), b => Head(b, b.Relu(b.Convolution("conv", b.BatchNorm("bn", b.Input), 4, 3)))),
        ["batch norm without a rectifier"] = (new(2, 5, 7), b =>
            Head(b, b.BatchNorm("second.bn", b.Convolution("second", b.BatchNorm("first.bn", b.Convolution("first", b.Input, 3, 3)), 3, 3)))),
        ["batch norm of a batch norm"] = (new(3, 4, 5), b => Head(b, b.BatchNorm("second", b.BatchNorm("first", b.Convolution("conv", b.Input, 3, 3))))),
        ["batch norms of a rectified batch norm"] = (new(2, 5, 7), b =>
        {
            var x = Stem(b, 3);
            Head(b, b.Relu(b.Convolution("conv", b.Concat(b.BatchNorm("a", x), b.Relu(b.BatchNorm("b", x))), 4, 3)));
        }
        ),
        ["batch norm of the logits"] = (new(2, 3, 4), b => b.BatchNorm("bn", b.Linear("fc", b.Input, 4))),

        ["sum with the input of a block"] = (new(2, 5, 7), b => Head(b, Block(b, Stem(b, 4), 4, stride: 1))),
        ["sum with a projection"] = (new(2, 5, 7), b => Head(b, Block(b, Stem(b, 3), 6, stride: 2))),
        ["sum of a value with itself"] = (new(2, 3, 4), b =>
        {
            var x = b.Relu(b.Convolution("conv", b.Input, 3, 3, padding: 1));
            Head(b, b.Add(x, x));
        }
        ),
        ["sum of a value with its rectified self"] = (new(2, 3, 4), b =>
        {
            var x = b.BatchNorm("bn", b.Convolution("conv", b.Input, 3, 3, padding: 1));
            Head(b, b.Add(b.Relu(x), x));
        }
        ),
        ["sum with the input"] = (new(2, 5, 7), b => Head(b, b.Relu(b.Add(b.Input, b.Convolution("conv", b.Input, 2, 3, padding: 1))))),
        ["value that three layers read"] = (new(2, 5, 7), b =>
        {
            var x = Stem(b, 3);
            var y = b.Add(b.Convolution("a", x, 4, 3, padding: 1), b.Convolution("b", x, 4, 1));
            Head(b, b.Add(b.Relu(y), b.Convolution("c", x, 4, 5, padding: 2)));
        }
        ),
        ["concatenation"] = (new(2, 5, 7), b =>
        {
            var x = Stem(b, 3);
            var y = b.Concat(b.Relu(b.Convolution("a", x, 4, 1)), x, b.Convolution("b", x, 2, 3, padding: 1));
            Head(b, b.Relu(b.BatchNorm("bn", b.Convolution("c", y, 3, 3, padding: 1))));
        }
        ),
        ["concatenation of a value with itself"] = (new(2, 3, 4), b =>
        {
            var x = b.Convolution("conv", b.Input, 3, 3, padding: 1);
            Head(b, b.Relu(b.Concat(x, x, b.Relu(x))));
        }
        ),

        ["max pooling"] = (new(2, 6, 8), b => Head(b, b.MaxPool(Stem(b, 4), 2, 2))),
        ["max pooling that leaves a border"] = (new(2, 5, 7), b => Head(b, b.MaxPool(Stem(b, 4), 2, 2))),
        ["max pooling with overlap and padding"] = (new(2, 5, 7), b => Head(b, b.MaxPool(b.Convolution("conv", b.Input, 4, 3, padding: 1), 3, 2, padding: 1))),
        ["max pooling before the rectifier"] = (new(2, 5, 7), b => Head(b, b.Relu(b.MaxPool(b.Convolution("conv", b.Input, 4, 3), 3, 1)))),
        ["average pooling"] = (new(2, 6, 8), b => Head(b, b.AveragePool(Stem(b, 4), 2, 2))),
        ["average pooling with overlap and padding"] = (new(2, 5, 7), b => Head(b, b.AveragePool(b.Convolution("conv", b.Input, 4, 3), 3, 2, padding: 1))),
        ["global average pooling"] = (new(2, 5, 7), b => Head(b, b.GlobalAveragePool(Stem(b, 11)))),
        ["global average pooling as logits"] = (new(2, 5, 7), b => b.GlobalAveragePool(b.Convolution("conv", Stem(b, 3), 4, 3, padding: 1))),
        ["pooling of the input"] = (new(2, 5, 7), b => Head(b, b.Concat(b.MaxPool(b.Input, 3, 2, 1), b.AveragePool(b.Input, 3, 2, 1)))),
        ["flattened input"] = (new(2, 5, 7), b => b.Linear("fc", b.Flatten(b.Input), 4)),
        ["flattening"] = (new(2, 5, 7), b => b.Linear("fc", b.Relu(b.Linear("hidden", b.Flatten(Stem(b, 3)), 6)), 4)),

        ["batch norm of a flattened map"] = (new(2, 5, 7), b => Head(b, b.Relu(b.BatchNorm("bn", b.Flatten(b.MaxPool(Stem(b, 3), 2, 2)))))),
        ["rectifier of a flattened map"] = (new(2, 5, 7), b => Head(b, b.Relu(b.Flatten(b.Convolution("conv", b.Input, 3, 3))))),
        ["sum of flattened maps"] = (new(2, 5, 7), b =>
            Head(b, b.Add(b.Flatten(b.Convolution("a", b.Input, 3, 3)), b.Flatten(b.Convolution("b", b.Input, 3, 3))))),
        ["concatenation of flattened maps"] = (new(2, 5, 7), b =>
        {
            var x = b.Convolution("conv", b.Input, 3, 3);
            Head(b, b.Relu(b.Concat(b.Flatten(x), b.Flatten(b.MaxPool(x, 2, 2)))));
        }
        ),
        ["value that is flattened twice"] = (new(2, 5, 7), b =>
        {
            var x = b.Convolution("c", b.Input, 4, 3, 1, 1);
            var (f, g) = (b.Flatten(x), b.Flatten(x));
            b.Linear("fc", b.Add(b.BatchNorm("n", f), g), 3);
        }
        ),
        ["dropout of the logits"] = (new(2, 5, 7), b => b.Dropout(b.GlobalAveragePool(b.Convolution("conv", b.Input, 4, 3)), 0)),
        ["rectified logits"] = (new(2, 5, 7), b => b.Relu(b.Linear("fc", Stem(b, 3), 4))),

        ["mixed"] = (new(3, 9, 7), Mixed),
        ["factorised"] = (new(3, 9, 7), Factorised),
        ["narrow_vgg"] = (new(3, 32, 32), NarrowVgg),
    };

    public static TheoryData<string> Names => [.. Known.Keys];

    /// <summary>The names of those that are small enough for many passes.</summary>
    public static TheoryData<string> TinyNames => [.. Tiny];

    public static IEnumerable<string> Tiny => Known.Keys.Where(name => Known[name].Input.Rows < 32);

    public static Network Create(string name)
    {
        var builder = new NetworkBuilder(name, Known[name].Input);
        Known[name].Make(builder);
        return builder.Build();
    }

    private static int Head(NetworkBuilder b, int x) => b.Linear("fc", x, 4);

    private static int Stem(NetworkBuilder b, int filters) => b.Relu(b.BatchNorm("stem.bn", b.Convolution("stem", b.Input, filters, 3, padding: 1, bias: false)));

    private static int Block(NetworkBuilder b, int x, int filters, int stride)
    {
        var y = b.Relu(b.BatchNorm("block.bn1", b.Convolution("block.conv1", x, filters, 3, stride, padding: 1, bias: false)));
        y = b.BatchNorm("block.bn2", b.Convolution("block.conv2", y, filters, 3, padding: 1, bias: false));
        var shortcut = stride == 1 ? x : b.BatchNorm("block.shortcut.1", b.Convolution("block.shortcut.0", x, filters, 1, stride, bias: false));
        return b.Relu(b.Add(y, shortcut));
    }

    /// <summary>The net of the same name in <c>tests/oracles/torch_models.py</c>.</summary>
    private static void Mixed(NetworkBuilder b)
    {
        var x = b.Relu(b.BatchNorm("stem_bn", b.Convolution("stem", b.Input, 6, 5, stride: 2, padding: 1), affine: false));
        var left = b.MaxPool(b.Convolution("left", x, 4, 1, bias: false), 3, 1, 1);
        var right = b.AveragePool(b.BatchNorm("right_bn", b.Convolution("right", x, 5, 3, padding: 1, bias: false)), 3, 1, 1);
        x = b.MaxPool(b.Relu(b.Concat(left, right)), 2, 1);
        x = b.GlobalAveragePool(b.Convolution("last", x, 7, 2));
        b.Linear("fc", b.Relu(b.BatchNorm("hidden_bn", b.Linear("hidden", x, 8))), 10);
    }

    /// <summary>Likewise.</summary>
    private static void Factorised(NetworkBuilder b)
    {
        var x = b.BatchNorm("row_bn", b.Convolution("row", b.Input, 6, Window.Of((1, 7), padding: (0, 3)), bias: false));
        x = b.BatchNorm("column_bn", b.Convolution("column", x, 8, Window.Of((7, 1), padding: (3, 0)), bias: false));
        x = b.Relu(b.Convolution("grouped", x, 12, Window.Of((3, 3), stride: (2, 3)), groups: 2));
        x = b.Convolution("widen", x, 16, 1);
        x = b.Convolution("wide_groups", x, 24, Window.Of((1, 3), padding: (0, 1)), bias: false, groups: 2);
        x = b.Relu(b.BatchNorm("depthwise_bn", b.Convolution("depthwise", x, 24, Window.Square(3, padding: 1), bias: false, groups: 24)));
        b.Linear("fc", b.GlobalAveragePool(x), 10);
    }

    /// <summary>A VGG for 32x32 images that a laptop trains in no time; likewise.</summary>
    private static void NarrowVgg(NetworkBuilder b)
    {
        var (x, index) = (b.Input, 0);
        foreach (var filters in new[] { 4, 0, 6, 0, 8, 8, 0, 12, 0, 12 })
        {
            x = filters == 0
                ? b.MaxPool(x, 2, 2)
                : b.Relu(b.BatchNorm($"layers.{index}.bn", b.Convolution($"layers.{index}.conv", x, filters, 3, padding: 1)));
            index++;
        }

        b.Linear("fc", b.Flatten(b.AveragePool(x, 2, 2)), 10);
    }
}
