package torpor.network.rules;

import java.util.List;
import java.util.Optional;
import torpor.network.address.Ipv4Address;

/// What one instance has in the maps and sets of the host's table.
public sealed interface Element permits Publication, Membership {

  /// Whose it is: an outside address.
  Ipv4Address whose();

  List<Entry> entries();

  /// @param place a map or a set
  /// @param value empty in a set
  record Entry(String place, String key, Optional<String> value) {}
}
