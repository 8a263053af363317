package torpor.network.facts;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.core.network.AddressSlot;
import torpor.engine.network.Activity;
import torpor.network.address.AddressPool;

/// Who is being used, from what the kernel tracks.
public final class Traffic {
  private Traffic() {}

  /// What comes in to each slot, of those to which something comes.
  ///
  /// A connection that the host opened to an outside address directly is the daemon's own (a health
  /// check, or one that it passes on and counts itself) and is not counted.
  public static Map<AddressSlot, Activity> of(
      Stream<String> lines, AddressPool pool, Map<Connection.Kind, Duration> timeouts) {
    Map<AddressSlot, Activity> found = new HashMap<>();
    lines
        .map(Connection::line)
        .flatMap(Optional::stream)
        .forEach(connection ->
            inboundTo(connection, pool)
                .ifPresent(slot -> found.merge(slot, one(connection, timeouts), Activity::and)));
    return Map.copyOf(found);
  }

  private static Optional<AddressSlot> inboundTo(Connection connection, AddressPool pool) {
    return pool.slotOf(connection.to())
        .filter(slot -> pool.addresses(slot).outside().equals(connection.to()))
        .filter(slot -> !pool.addresses(slot).host().equals(connection.from()));
  }

  private static Activity one(Connection connection, Map<Connection.Kind, Duration> timeouts) {
    return connection.open()
        ? new Activity(1, Optional.empty())
        : new Activity(0, Optional.of(connection.quiet(timeouts)));
  }
}
