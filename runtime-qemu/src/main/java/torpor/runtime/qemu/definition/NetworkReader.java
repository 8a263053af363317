package torpor.runtime.qemu.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.network.AddressRange;
import torpor.core.network.Destinations;
import torpor.core.network.NetworkName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.wire.Suggestion;
import torpor.wire.instance.Bandwidths;

/// Reads what a definition says about the network, in the words that instances have for it: a name
/// or `none`, as after `--network`, or an object, as in the API. Left out is none: a definition
/// means the same on every host, and nothing goes out of a machine that did not ask for it.
final class NetworkReader {
  private static final String FIELD = "network";
  private static final String NONE = "none";
  private static final String ALL = "all";

  /// What a machine is in that is in no network with others.
  private static final String DEFAULT = "default";

  private static final List<String> KEYS =
      List.of("enabled", "name", "egress", "outbound", "bandwidth_download", "bandwidth_upload");
  private static final String EGRESS_REMEDY =
      "Use \"all\", \"none\", or a list of ranges such as [\"192.0.2.0/24\"].";
  private static final int MOST_RANGES = 256;

  private final List<Refusal> wrong = new ArrayList<>();

  /// Where it may go.
  private record Egress(boolean outbound, Optional<Destinations> destinations) {
    static final Egress EVERYWHERE = new Egress(true, Optional.empty());
    static final Egress NOWHERE = new Egress(false, Optional.empty());
  }

  private NetworkReader() {}

  /// @return the wish, or the first thing that is wrong
  static Reply<NetworkWish> read(@Nullable JsonNode node) {
    NetworkReader reader = new NetworkReader();
    NetworkWish wish = reader.wish(node);
    return reader.wrong.isEmpty() ? Reply.done(wish) : Reply.refused(reader.wrong.getFirst());
  }

  private NetworkWish wish(@Nullable JsonNode node) {
    if (node == null) {
      return NetworkWish.NONE;
    }
    if (node.isString()) {
      return node.stringValue().equals(NONE)
          ? NetworkWish.NONE
          : wish(name(FIELD, node.stringValue()), Egress.EVERYWHERE);
    }
    if (!node.isObject()) {
      refuse(
          FIELD,
          "'network' is neither a name nor an object.",
          "Use \"default\", \"none\", the name of a network, or {\"egress\": \"all\"}.");
      return NetworkWish.NONE;
    }
    return object(node);
  }

  private NetworkWish object(JsonNode node) {
    knownKeys(node);
    boolean enabled = flag("enabled", node.get("enabled"));
    Optional<NetworkName> name =
        text("name", node.get("name")).flatMap(text -> name(FIELD + ".name", text));
    Egress egress = egress(node.get("egress"), node.get("outbound"));
    OptionalLong download = rate("bandwidth_download", node.get("bandwidth_download"));
    OptionalLong upload = rate("bandwidth_upload", node.get("bandwidth_upload"));
    if (!enabled && name.isPresent()) {
      refuse(
          FIELD + ".name",
          "A machine without a network is in no network.",
          "Leave the name out, or 'network.enabled'.");
    }
    return enabled && wrong.isEmpty()
        ? new NetworkWish(
            true, egress.outbound(), List.of(), download, upload, name, egress.destinations())
        : NetworkWish.NONE;
  }

  private static NetworkWish wish(Optional<NetworkName> name, Egress egress) {
    return new NetworkWish(
        true,
        egress.outbound(),
        List.of(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        name,
        egress.destinations());
  }

  private Optional<NetworkName> name(String field, String text) {
    if (!NetworkName.isOne(text)) {
      refuse(
          field,
          "'" + text + "' is no name of a network.",
          "Use at most 63 lower-case letters, digits, '.', '_' and '-'; \"default\" is in none with"
              + " others, \"none\" is no network at all.");
      return Optional.empty();
    }
    return text.equals(DEFAULT) ? Optional.empty() : Optional.of(new NetworkName(text));
  }

  private Egress egress(@Nullable JsonNode node, @Nullable JsonNode outbound) {
    boolean open = flag("outbound", outbound);
    if (node == null) {
      return open ? Egress.EVERYWHERE : Egress.NOWHERE;
    }
    Egress read = egress(node);
    if (outbound != null && open != read.outbound()) {
      refuse(
          FIELD + ".egress",
          "'network.outbound' and 'network.egress' say different things.",
          "Use one of them.");
    }
    return read;
  }

  private Egress egress(JsonNode node) {
    if (node.isString()) {
      return switch (node.stringValue()) {
        case ALL -> Egress.EVERYWHERE;
        case NONE -> Egress.NOWHERE;
        default -> {
          refuse(
              FIELD + ".egress",
              "'" + node.stringValue() + "' is not where a machine may go.",
              EGRESS_REMEDY);
          yield Egress.NOWHERE;
        }
      };
    }
    if (!node.isArray() || node.size() > MOST_RANGES) {
      refuse(
          FIELD + ".egress",
          "'network.egress' is no list of at most " + MOST_RANGES + " ranges.",
          EGRESS_REMEDY);
      return Egress.NOWHERE;
    }
    List<AddressRange> ranges = new ArrayList<>();
    for (JsonNode range : node.values()) {
      range(range).ifPresent(ranges::add);
    }
    return ranges.isEmpty()
        ? Egress.NOWHERE
        : new Egress(true, Optional.of(new Destinations(ranges)));
  }

  private Optional<AddressRange> range(JsonNode node) {
    if (!node.isString() || !AddressRange.isOne(node.stringValue())) {
      refuse(
          FIELD + ".egress",
          "'" + node.asString("") + "' is no range of IPv4 addresses.",
          "Use one such as 192.0.2.0/24, without bits beyond its prefix, or an address.");
      return Optional.empty();
    }
    return Optional.of(new AddressRange(node.stringValue()));
  }

  private OptionalLong rate(String key, @Nullable JsonNode node) {
    Optional<String> text = text(key, node);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Bandwidths.parse(text.get()));
    } catch (IllegalArgumentException noRate) {
      refuse(FIELD + "." + key, noRate.getMessage() + ".", "Use a rate such as 125MB/s.");
      return OptionalLong.empty();
    }
  }

  /// True where it is left out.
  private boolean flag(String key, @Nullable JsonNode node) {
    if (node != null && !node.isBoolean()) {
      refuse(FIELD + "." + key, "'network." + key + "' is not a boolean.", "Use true or false.");
    }
    return node == null || !node.isBoolean() || node.booleanValue();
  }

  private Optional<String> text(String key, @Nullable JsonNode node) {
    if (node != null && !node.isString()) {
      refuse(FIELD + "." + key, "'network." + key + "' is not a string.", "Put it in quotes.");
      return Optional.empty();
    }
    return Optional.ofNullable(node).map(JsonNode::stringValue);
  }

  private void knownKeys(JsonNode node) {
    for (String key : node.propertyNames()) {
      if (!KEYS.contains(key)) {
        refuse(
            FIELD + "." + key,
            "'network." + key + "' is not a setting of a machine's network.",
            Suggestion.nearest(key, KEYS)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("The settings are: " + String.join(", ", KEYS) + "."));
      }
    }
  }

  private void refuse(String field, String detail, String remedy) {
    wrong.add(Refusal.ofField(RefusalCode.DEFINITION_INVALID, field, detail, remedy));
  }
}
