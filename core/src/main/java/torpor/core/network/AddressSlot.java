package torpor.core.network;

/// The number of a place in the host's address pool, from 0. Names, addresses and MACs derive from
/// it, so a restore under the same slot has the same outside address.
public record AddressSlot(int number) implements Comparable<AddressSlot> {
  public AddressSlot {
    if (number < 0) {
      throw new IllegalArgumentException("a slot is not negative: " + number);
    }
  }

  @Override
  public int compareTo(AddressSlot other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
