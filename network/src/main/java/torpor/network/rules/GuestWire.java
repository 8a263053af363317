package torpor.network.rules;

import java.util.List;

/// What every guest sees of its network, the same in all: a snapshot can be restored under any
/// slot, and a fork beside its original. Names are those of the devices in the namespace.
///
/// The nameservers are addresses that exist nowhere: the namespace sends what is asked of them to
/// those of the host, so a snapshot may outlive the host's configuration.
public final class GuestWire {
  public static final String TAP = "tap0";
  public static final String UPLINK = "eth0";
  public static final String MAC = "02:00:00:00:00:02";
  public static final String ADDRESS = "10.0.0.2";
  public static final String ADDRESS_WITH_PREFIX = ADDRESS + "/30";
  public static final String GATEWAY = "10.0.0.1";
  public static final String GATEWAY_WITH_PREFIX = GATEWAY + "/30";
  public static final String GATEWAY_MAC = "02:00:00:00:00:01";
  public static final List<String> NAMESERVERS = List.of("10.0.0.53", "10.0.0.54");

  /// Where a pool must not lie.
  public static final String RANGE = "10.0.0.0/26";

  private GuestWire() {}
}
