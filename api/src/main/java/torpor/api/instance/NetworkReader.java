package torpor.api.instance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import torpor.api.http.RefusedException;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.network.NetworkName;
import torpor.core.network.PublishedPort;
import torpor.wire.RawJson;
import torpor.wire.WireJson;
import torpor.wire.instance.NetworkRequest;
import torpor.wire.instance.PortMapping;

/// Reads what a request says about the network, or refuses it naming the field. Pure.
final class NetworkReader {
  private static final Pattern SHORT =
      Pattern.compile("(?:([^:]+):)?(\\d{1,6}):(\\d{1,6})(?:/([A-Za-z]+))?");
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final int MOST_PORTS = 512;
  private static final int BYTE = 255;

  /// What an instance is in that is in no network with others.
  static final String DEFAULT = "default";

  private NetworkReader() {}

  static NetworkWish wish(Optional<NetworkRequest> request, List<RawJson> ports) {
    boolean enabled = request.flatMap(NetworkRequest::enabled).orElse(true);
    EgressReader.Egress egress =
        EgressReader.read(
            request.flatMap(NetworkRequest::egress),
            request.flatMap(NetworkRequest::outbound),
            enabled);
    Optional<NetworkName> name = request.flatMap(NetworkRequest::name).flatMap(NetworkReader::name);
    if (!enabled && name.isPresent()) {
      throw RefusedException.invalid(
          "network.name",
          "An instance without a network is in no network",
          "Leave the name out, or 'network.enabled'.");
    }
    List<PublishedPort> published = ports(ports);
    if (!enabled && !published.isEmpty()) {
      throw RefusedException.invalid(
          "ports",
          "Ports are published of an instance without a network",
          "Leave the ports out, or 'network.enabled'.");
    }
    return new NetworkWish(
        enabled,
        egress.outbound(),
        published,
        Fields.rate(
            "network.bandwidth_download", request.flatMap(NetworkRequest::bandwidthDownload)),
        Fields.rate("network.bandwidth_upload", request.flatMap(NetworkRequest::bandwidthUpload)),
        name,
        egress.destinations());
  }

  private static Optional<NetworkName> name(String text) {
    if (!NetworkName.isOne(text)) {
      throw RefusedException.invalid(
          "network.name",
          "'%s' is no name of a network".formatted(Fields.shown(text)),
          "Send 1 to 63 lower-case letters, digits, '.', '_' and '-', the first a letter or digit.");
    }
    return text.equals(DEFAULT) ? Optional.empty() : Optional.of(new NetworkName(text));
  }

  static List<PublishedPort> ports(List<RawJson> ports) {
    if (ports.size() > MOST_PORTS) {
      throw RefusedException.invalid(
          "ports", "'ports' has more than 512 elements", "Publish fewer ports.");
    }
    List<PublishedPort> read = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      String field = "ports[%d]".formatted(i);
      PublishedPort port = port(field, ports.get(i));
      if (!taken.add(port.hostPort() + "/" + port.protocol().text())) {
        throw RefusedException.invalid(
            field,
            "Port %d/%s of the host is published twice"
                .formatted(port.hostPort(), port.protocol().text()),
            "Choose another port of the host.");
      }
      read.add(port);
    }
    return List.copyOf(read);
  }

  private static PublishedPort port(String field, RawJson json) {
    if (json.text().startsWith("\"")) {
      return fromText(field, WireJson.read(json.text(), String.class));
    }
    if (!json.isObject()) {
      throw notAPort(field, json.text());
    }
    try {
      PortMapping port = WireJson.reader(PortMapping.class).readValue(json.text());
      return port(field, port.hostAddress(), port.hostPort(), port.guestPort(), port.protocol());
    } catch (JacksonException malformed) {
      throw notAPort(field, json.text());
    }
  }

  /// `8080:80`, `0.0.0.0:8080:80`, `53:53/udp`.
  private static PublishedPort fromText(String field, String text) {
    Matcher shape = SHORT.matcher(text);
    if (!shape.matches()) {
      throw notAPort(field, text);
    }
    return port(
        field,
        Optional.ofNullable(shape.group(1)),
        Integer.parseInt(shape.group(2)),
        Integer.parseInt(shape.group(3)),
        Optional.ofNullable(shape.group(4)));
  }

  private static PublishedPort port(
      String field,
      Optional<String> address,
      int hostPort,
      int guestPort,
      Optional<String> protocol) {
    return new PublishedPort(
        address.map(text -> address(field, text)),
        Fields.port(field, hostPort),
        Fields.port(field, guestPort),
        protocol.map(text -> protocol(field, text)).orElse(PublishedPort.Protocol.TCP));
  }

  private static String address(String field, String text) {
    boolean isOne =
        ADDRESS.matcher(text).matches()
            && Arrays.stream(text.split("\\.")).allMatch(part -> Integer.parseInt(part) <= BYTE);
    if (!isOne) {
      throw RefusedException.invalid(
          field,
          "'%s' is no IPv4 address of the host".formatted(Fields.shown(text)),
          "Send one such as 0.0.0.0 for all, or leave it out for loopback.");
    }
    return text;
  }

  private static PublishedPort.Protocol protocol(String field, String text) {
    return Arrays.stream(PublishedPort.Protocol.values())
        .filter(protocol -> protocol.text().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            RefusedException.invalid(
                field,
                "'%s' is no protocol of a port".formatted(Fields.shown(text)),
                "Send tcp or udp."));
  }

  private static RefusedException notAPort(String field, String text) {
    return RefusedException.invalid(
        field,
        "'%s' publishes no port: %s".formatted(field, Fields.shown(text)),
        "Send \"8080:80\" (the host's port first), or"
            + " {\"host_port\": 8080, \"guest_port\": 80, \"protocol\": \"tcp\"}.");
  }
}
