package torpor.network.address;

/// The two ends of a slot's wire.
///
/// @param subnet a /30
public record SlotAddresses(Ipv4Range subnet) {

  /// The host's end.
  public Ipv4Address host() {
    return subnet.first().plus(1);
  }

  /// The instance's outside address.
  public Ipv4Address outside() {
    return subnet.first().plus(2);
  }
}
