using Tombola.Engine.Naming;
using Tombola.Studies;

namespace Tombola.Papers.Stabilizing;

/// <summary>Late resetting of large networks, which this program cannot run.</summary>
internal static class ImageNetStudy
{
    private const string Missing = "The study scale/fig8 needs ImageNet, which Tombola does not read, and Resnet-50, Inception-v3 and Squeezenet, which it does not have; scale/fig5 asks the same of networks on CIFAR-10.";

    public static Study Study { get; } = new(
        "scale/fig8",
        "Does late resetting find tickets of Resnet-50, Inception-v3 and Squeezenet that were pruned once?",
        "Frankle et al. 2019, figure 8",
        "resnet18-cifar10",
        _ => throw new SettingException(Missing))
    {
        Needs = Missing,
    };
}
