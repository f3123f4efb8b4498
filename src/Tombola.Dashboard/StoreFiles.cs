using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Tombola.Dashboard;

/// <summary>The files of a folder that may not be there yet; it has none until it is.</summary>
internal sealed class StoreFiles(string folder) : IFileProvider, IDisposable
{
    private readonly Lock _gate = new();
    private PhysicalFileProvider? _files;

    public IFileInfo GetFileInfo(string subpath) => Files.GetFileInfo(subpath);

    public IDirectoryContents GetDirectoryContents(string subpath) => Files.GetDirectoryContents(subpath);

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    public void Dispose() => _files?.Dispose();

    private IFileProvider Files
    {
        get
        {
            lock (_gate)
            {
                if (_files is null && Directory.Exists(folder)) _files = new PhysicalFileProvider(folder);
                return _files ?? (IFileProvider)new NullFileProvider();
            }
        }
    }
}
