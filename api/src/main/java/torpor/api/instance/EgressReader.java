package torpor.api.instance;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import torpor.api.http.RefusedException;
import torpor.core.network.AddressRange;
import torpor.core.network.Destinations;
import torpor.wire.RawJson;
import torpor.wire.WireJson;

/// Reads where an instance may go, or refuses it naming the field. Pure.
final class EgressReader {
  private static final String FIELD = "network.egress";
  private static final String REMEDY =
      "Send \"all\", \"none\", or a list of ranges such as [\"192.0.2.0/24\"].";
  private static final int MOST = 256;

  private EgressReader() {}

  /// @param destinations the only ones; empty is all, where it may go out at all
  record Egress(boolean outbound, Optional<Destinations> destinations) {}

  static Egress read(Optional<RawJson> egress, Optional<Boolean> outbound, boolean enabled) {
    Egress read =
        egress
            .filter(json -> !json.isNull())
            .map(EgressReader::read)
            .orElse(new Egress(true, Optional.empty()));
    if (egress.isPresent() && outbound.isPresent() && outbound.get() != read.outbound()) {
      throw RefusedException.invalid(
          FIELD,
          "'network.outbound' and 'network.egress' say different things",
          "Send one of them.");
    }
    boolean open = enabled && outbound.orElse(true) && read.outbound();
    return new Egress(open, open ? read.destinations() : Optional.empty());
  }

  private static Egress read(RawJson json) {
    if (json.isObject()) {
      Unbuilt.refuse(FIELD, Optional.of(json), "there is no proxy for what goes out", REMEDY);
      return new Egress(true, Optional.empty());
    }
    return switch (json.text()) {
      case "\"all\"" -> new Egress(true, Optional.empty());
      case "\"none\"", "[]" -> new Egress(false, Optional.empty());
      default -> new Egress(true, Optional.of(new Destinations(ranges(json))));
    };
  }

  private static List<AddressRange> ranges(RawJson json) {
    String[] texts;
    try {
      texts = WireJson.read(json.text(), String[].class);
    } catch (JacksonException another) {
      throw RefusedException.invalid(
          FIELD, "'network.egress' is no policy: " + Fields.shown(json.text()), REMEDY);
    }
    if (texts.length > MOST) {
      throw RefusedException.invalid(
          FIELD, "'network.egress' has more than " + MOST + " ranges", "Send larger ranges.");
    }
    return Arrays.stream(texts).map(String::valueOf).map(EgressReader::range).toList();
  }

  private static AddressRange range(String text) {
    if (!AddressRange.isOne(text)) {
      throw RefusedException.invalid(
          FIELD,
          "'%s' is no range of IPv4 addresses".formatted(Fields.shown(text)),
          "Send one such as 192.0.2.0/24, without bits beyond its prefix, or an address.");
    }
    return new AddressRange(text);
  }
}
