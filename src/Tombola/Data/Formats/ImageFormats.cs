using Tombola.Engine.Naming;

namespace Tombola.Data;

/// <summary>The formats of image files. A new one is one file and one line here.</summary>
public static class ImageFormats
{
    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<ImageFormat> Registry { get; } = new("There is no image format", format => format.Name, [Netpbm.Format]);

    /// <summary>How names of image files end, for a sentence.</summary>
    internal static string Extensions => string.Join(", ", Registry.All.SelectMany(format => format.Extensions));

    /// <summary>The format of a file by the end of its name, or null.</summary>
    internal static ImageFormat? Of(string name) =>
        Registry.All.FirstOrDefault(format => format.Extensions.Any(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)));
}
