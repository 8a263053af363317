package torpor.api.capability;

import io.javalin.http.HandlerType;
import java.util.List;
import java.util.stream.Stream;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.core.refusal.RefusalCode;

/// What other servers of the hypeman API answer and this one cannot yet.
public final class UnbuiltRoutes {
  private static final String BUILDS = "images are pulled, not built";
  private static final String ELSEWHERE = "Build the image elsewhere and pull it.";

  private UnbuiltRoutes() {}

  private record Gap(HandlerType method, String path, String reason, String remedy) {
    private Route route() {
      return Route.caller(
          method,
          path,
          _ -> {
            throw RefusedException.of(
                RefusalCode.REQUEST_UNSUPPORTED,
                "%s %s is not there yet: %s".formatted(method, path, reason),
                remedy);
          });
    }
  }

  public static List<Route> routes() {
    return Stream.of(gaps("/builds", BUILDS), ingresses(), devices(), others())
        .flatMap(List::stream)
        .map(Gap::route)
        .toList();
  }

  /// A noun with the usual verbs.
  private static List<Gap> gaps(String noun, String reason) {
    return List.of(
        new Gap(HandlerType.POST, "/v1" + noun, reason, ELSEWHERE),
        new Gap(HandlerType.GET, "/v1" + noun, reason, ELSEWHERE),
        new Gap(HandlerType.GET, "/v1" + noun + "/{id}", reason, ELSEWHERE),
        new Gap(HandlerType.DELETE, "/v1" + noun + "/{id}", reason, ELSEWHERE));
  }

  private static List<Gap> ingresses() {
    String reason = "nothing routes by host name";
    String remedy = "Publish ports with 'ports' when the instance is created.";
    return List.of(
        new Gap(HandlerType.POST, "/v1/ingresses", reason, remedy),
        new Gap(HandlerType.GET, "/v1/ingresses", reason, remedy),
        new Gap(HandlerType.GET, "/v1/ingresses/{id}", reason, remedy),
        new Gap(HandlerType.DELETE, "/v1/ingresses/{id}", reason, remedy));
  }

  private static List<Gap> devices() {
    String reason = "devices are not passed through";
    String remedy = "Use a host and a server that can.";
    return List.of(
        new Gap(HandlerType.POST, "/v1/devices", reason, remedy),
        new Gap(HandlerType.GET, "/v1/devices", reason, remedy),
        new Gap(HandlerType.GET, "/v1/devices/available", reason, remedy),
        new Gap(HandlerType.GET, "/v1/devices/{id}", reason, remedy),
        new Gap(HandlerType.DELETE, "/v1/devices/{id}", reason, remedy));
  }

  private static List<Gap> others() {
    String remedy = "Push it from where it was built.";
    return List.of(
        new Gap(HandlerType.GET, "/v1/builds/{id}/events", BUILDS, ELSEWHERE),
        new Gap(HandlerType.POST, "/v1/builders", BUILDS, ELSEWHERE),
        new Gap(HandlerType.GET, "/v1/builders", BUILDS, ELSEWHERE),
        new Gap(HandlerType.GET, "/v1/builders/{id}", BUILDS, ELSEWHERE),
        new Gap(HandlerType.DELETE, "/v1/builders/{id}", BUILDS, ELSEWHERE),
        new Gap(HandlerType.POST, "/v1/builders/{id}/prune", BUILDS, ELSEWHERE),
        new Gap(HandlerType.POST, "/v1/pushes", "images are not pushed", remedy),
        new Gap(HandlerType.GET, "/v1/pushes", "images are not pushed", remedy),
        new Gap(HandlerType.GET, "/v1/pushes/{id}", "images are not pushed", remedy),
        new Gap(
            HandlerType.POST,
            "/v1/images/<name>/tag",
            "an image has the names it was asked for by",
            "Ask for it by the other name."),
        new Gap(
            HandlerType.POST,
            "/v1/resources/memory/reclaim",
            "memory is given back by standby",
            "Put instances in standby."));
  }
}
