package torpor.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.network.address.AddressPool;
import torpor.network.address.Ipv4Address;
import torpor.network.address.Ipv4Range;
import torpor.network.door.Reception;
import torpor.network.rules.GuestWire;

/// What an operator may set.
///
/// @param pool where outside addresses come from
/// @param nameservers that guests use; empty takes those of the host
/// @param mtu of the guests; empty takes that of the host's way out
/// @param patience of the doorbell
/// @param scriptDeadline for any one change of the host's network
public record NetworkSettings(
    AddressPool pool,
    List<Ipv4Address> nameservers,
    OptionalInt mtu,
    Reception.Patience patience,
    Duration scriptDeadline) {
  public static final String DEFAULT_POOL = "10.213.0.0/16";
  private static final Duration SCRIPT_DEADLINE = Duration.ofSeconds(20);
  private static final int LEAST_MTU = 576;
  private static final int LARGEST_MTU = 65_521;

  public NetworkSettings {
    nameservers = List.copyOf(nameservers);
  }

  public static NetworkSettings defaults() {
    return switch (read(DEFAULT_POOL, List.of(), List.of(), OptionalInt.empty())) {
      case Reply.Done<NetworkSettings>(NetworkSettings settings) -> settings;
      case Reply.Refused<NetworkSettings>(Refusal refusal) ->
          throw new IllegalStateException(refusal.detail());
    };
  }

  /// Reads the settings `network.pool`, `network.reserved`, `network.nameservers` and
  /// `network.mtu`.
  public static Reply<NetworkSettings> read(
      String pool, List<String> reserved, List<String> nameservers, OptionalInt mtu) {
    List<Refusal> refusals = new ArrayList<>();
    Optional<Ipv4Range> range =
        Ipv4Range.parse(pool)
            .filter(read ->
                read.prefix() >= AddressPool.WIDEST && read.prefix() <= AddressPool.NARROWEST)
            .filter(read -> !read.overlaps(guests()));
    if (range.isEmpty()) {
      refusals.add(
          Refusal.invalid(
              "network.pool",
              "'" + pool + "' is no IPv4 range of /12 to /28 apart from " + GuestWire.RANGE + ".",
              "Give a private range that this host and its guests never talk to, as "
                  + DEFAULT_POOL
                  + "."));
    }
    List<Ipv4Range> kept =
        each("network.reserved", "range as 10.213.0.0/24", reserved, Ipv4Range::parse, refusals);
    List<Ipv4Address> servers =
        each("network.nameservers", "address", nameservers, NetworkSettings::server, refusals);
    if (mtu.isPresent() && (mtu.getAsInt() < LEAST_MTU || mtu.getAsInt() > LARGEST_MTU)) {
      refusals.add(
          Refusal.invalid(
              "network.mtu",
              "An MTU is " + LEAST_MTU + " to " + LARGEST_MTU + ", not " + mtu.getAsInt() + ".",
              "Leave it out to take that of the host's way out."));
    }
    if (!refusals.isEmpty()) {
      return Reply.refused(refusals.getFirst());
    }
    return Reply.done(
        new NetworkSettings(
            new AddressPool(range.orElseThrow(), kept),
            servers,
            mtu,
            Reception.Patience.USUAL,
            SCRIPT_DEADLINE));
  }

  private static Ipv4Range guests() {
    return Ipv4Range.parse(GuestWire.RANGE).orElseThrow();
  }

  private static Optional<Ipv4Address> server(String text) {
    return Ipv4Address.parse(text).filter(read -> !read.isLoopback() && !read.isAny());
  }

  private static <T> List<T> each(
      String field,
      String what,
      List<String> texts,
      Function<String, Optional<T>> parse,
      List<Refusal> refusals) {
    List<T> read = new ArrayList<>();
    for (String text : texts) {
      parse
          .apply(text)
          .ifPresentOrElse(
              read::add,
              () ->
                  refusals.add(
                      Refusal.invalid(
                          field,
                          "'" + text + "' is no IPv4 " + what + " that guests could use.",
                          "Correct it or leave it out.")));
    }
    return read;
  }
}
