package torpor.network.rules;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import torpor.network.address.Ipv4Address;
import torpor.network.names.Names;

/// What the host's table has of instances, to the kernel and back.
public final class Elements {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Elements() {}

  /// Turns what stands into what is wanted, in one transaction that does not touch what is in both;
  /// empty where nothing is to do.
  public static String change(
      Names names, Collection<Element> standing, Collection<Element> wanted) {
    Stream<String> gone =
        standing.stream()
            .filter(element -> !wanted.contains(element))
            .flatMap(element -> element.entries().stream())
            .map(old -> "delete element ip %s { %s }\n".formatted(place(names, old), old.key()));
    Stream<String> fresh =
        wanted.stream()
            .filter(element -> !standing.contains(element))
            .flatMap(element -> element.entries().stream())
            .map(made ->
                "add element ip %s { %s%s }\n"
                    .formatted(
                        place(names, made),
                        made.key(),
                        made.value().map(value -> " : " + value).orElse("")));
    return Stream.concat(gone, fresh).collect(Collectors.joining());
  }

  private static String place(Names names, Element.Entry entry) {
    return names.table() + " " + entry.place();
  }

  /// Reads `nft -j list table`.
  ///
  /// @throws IllegalArgumentException where it is not that
  public static Set<Element> read(String listing) {
    Set<Element> found = new LinkedHashSet<>();
    try {
      for (JsonNode entry : JSON.readTree(listing).path("nftables")) {
        JsonNode map = entry.path("map");
        for (PortMap kind : PortMap.values()) {
          if (map.path("name").asString("").equals(kind.text())) {
            map.path("elem").forEach(element -> publication(kind, element).ifPresent(found::add));
          }
        }
        if (map.path("name").asString("").equals(Membership.NETWORKS)) {
          map.path("elem").forEach(element -> membership(element).ifPresent(found::add));
        }
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no listing of a table: " + e.getOriginalMessage(), e);
    }
    return found;
  }

  private static Optional<Publication> publication(PortMap map, JsonNode element) {
    JsonNode key = element.path(0);
    JsonNode target = element.path(1).path("concat");
    JsonNode at = key.path("concat").path(0);
    JsonNode port = at.isMissingNode() ? key : key.path("concat").path(1);
    return Ipv4Address.parse(at.asString("0.0.0.0"))
        .flatMap(address ->
            Ipv4Address.parse(target.path(0).asString(""))
                .map(to ->
                    new Publication(
                        map.protocol(), address, port.asInt(0), to, target.path(1).asInt(0))));
  }

  private static Optional<Membership> membership(JsonNode element) {
    return Ipv4Address.parse(element.path(0).asString(""))
        .map(whose -> new Membership(whose, element.path(1).asInt(0)));
  }
}
