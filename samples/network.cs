#:project ../src/Tombola/Tombola.csproj
#:property PublishAot=false

// An architecture of one's own on data of one's own inside a study: noisy bars of 12x20 pixels in five classes.
using Tombola;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Studies;

Datasets.Registry.Add(DatasetSource.Of("bars", "Noisy bars in five places, 12x20 pixels.", () => (Bars(1000, seed: 1), Bars(300, seed: 2))));
Architectures.Registry.Add(new Architecture("plain_W", "plain_8", "Two convolutions of W filters and a linear layer.", new Shape(1, 12, 20), request =>
{
    if (!request.Name.StartsWith("plain_", StringComparison.Ordinal) || !int.TryParse(request.Name["plain_".Length..], out var width)) return null;
    var net = request.Begin();
    var x = net.Relu(net.BatchNorm("bn1", net.Convolution("conv1", net.Input, width, kernel: 3, padding: 1, bias: false)));
    x = net.Relu(net.BatchNorm("bn2", net.Convolution("conv2", x, width, kernel: 3, stride: 2, padding: 1, bias: false)));
    net.Linear("fc", net.GlobalAveragePool(x), request.Classes);
    return net.Build();
}));

var lab = Laboratory.Open(args.Length > 0 ? args[0] : null);
var result = lab.Run("quickstart", new RequestArguments { Levels = 2, Replicates = 1, Set = ["data=bars", "model=plain_8", "initializer=kaiming_normal", "steps=150it", "batch=50"] });
Console.WriteLine($"{result.Model}: {result.Verdict}");
Console.WriteLine(result.Report);

static ExampleSource Bars(int count, ulong seed)
{
    var (shape, random) = (new Shape(1, 12, 20), new RandomStream(seed, RandomStream.Data));
    var pixels = new byte[count * shape.Count];
    for (var p = 0; p < pixels.Length; p++) pixels[p] = (byte)random.Below(120, 0, (ulong)p, 0);
    for (var n = 0; n < count; n++)
    {
        for (var row = 0; row < shape.Rows; row++) pixels.AsSpan((n * shape.Count) + (row * shape.Columns) + (n % 5 * 4), 4).Fill(230);
    }

    return ExampleSource.FromBytes(shape, pixels, [.. Enumerable.Range(0, count).Select(n => n % 5)], classes: 5);
}
