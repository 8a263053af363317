package torpor.wire.host;

import java.util.List;
import torpor.wire.RuntimeReport;

/// What can be done here. Runtimes as measured by a self-test, not as declared.
///
/// @param features what this API offers, whichever runtime is used
public record HostCapabilities(
    Server server,
    Host host,
    List<RuntimeFeatures> runtimes,
    DefaultRuntime defaultRuntime,
    Network network,
    Images images,
    List<String> features) {
  public HostCapabilities {
    runtimes = List.copyOf(runtimes);
    features = List.copyOf(features);
  }

  public record Server(String version, String apiVersion) {}

  public record Host(String os, String arch) {}

  /// @param measured everything that was found, with what is missing and the remedies
  public record RuntimeFeatures(
      String name, boolean available, List<String> features, RuntimeReport measured) {
    public RuntimeFeatures {
      features = List.copyOf(features);
    }
  }

  public record DefaultRuntime(String name, boolean available) {}

  /// @param model how guests are connected, `nat`: each in a network namespace of its own
  public record Network(String model, boolean guestToGuest) {}

  public record Images(String defaultPlatform, List<String> platforms) {
    public Images {
      platforms = List.copyOf(platforms);
    }
  }
}
