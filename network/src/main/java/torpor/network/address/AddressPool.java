package torpor.network.address;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import torpor.core.network.AddressSlot;

/// Where the outside addresses come from.
///
/// The same pool gives the same slot the same addresses for ever. Another pool, or other reserved
/// ranges, gives others; a network that stands keeps its own until it is made anew.
public final class AddressPool {
  /// So many slots fit into names of interfaces; see [torpor.network.names.Names].
  public static final int WIDEST = 12;

  public static final int NARROWEST = 28;
  private static final int SUBNET = 4;
  private static final int SUBNET_PREFIX = 30;

  private final Ipv4Range range;
  private final List<Run> runs;

  /// Free subnets in a row.
  private record Run(int slot, Ipv4Address first, int length) {}

  /// @param range of prefix [#WIDEST] to [#NARROWEST]
  /// @param reserved of which no address is ever given out
  /// @throws IllegalArgumentException where the prefix is another
  public AddressPool(Ipv4Range range, List<Ipv4Range> reserved) {
    if (range.prefix() < WIDEST || range.prefix() > NARROWEST) {
      throw new IllegalArgumentException("a pool is /12 to /28: " + range);
    }
    this.range = range;
    this.runs = runs(range, reserved);
  }

  private static List<Run> runs(Ipv4Range range, List<Ipv4Range> reserved) {
    List<Run> found = new ArrayList<>();
    long end = range.last().bits() + 1;
    long next = range.first().bits();
    int slot = 0;
    for (Ipv4Range hole : inOrder(range, reserved)) {
      slot += add(found, slot, next, Math.min(hole.first().bits(), end));
      long after = hole.last().bits() + 1;
      next = Math.max(next, (after + SUBNET - 1) / SUBNET * SUBNET);
    }
    add(found, slot, next, end);
    return List.copyOf(found);
  }

  private static List<Ipv4Range> inOrder(Ipv4Range range, List<Ipv4Range> reserved) {
    return reserved.stream()
        .filter(range::overlaps)
        .sorted(Comparator.comparing(Ipv4Range::first))
        .toList();
  }

  private static int add(List<Run> found, int slot, long from, long to) {
    int length = (int) Math.max(0, (to - from) / SUBNET);
    if (length > 0) {
      found.add(new Run(slot, new Ipv4Address(from), length));
    }
    return length;
  }

  public Ipv4Range range() {
    return range;
  }

  /// Whether any slot has an address in this range.
  public boolean uses(Ipv4Range other) {
    return runs.stream()
        .anyMatch(run ->
            run.first().compareTo(other.last()) <= 0
                && other.first().bits() < run.first().bits() + (long) run.length() * SUBNET);
  }

  /// How many there are: valid are 0 to this, exclusive.
  public int slots() {
    return runs.isEmpty() ? 0 : runs.getLast().slot() + runs.getLast().length();
  }

  public boolean has(AddressSlot slot) {
    return slot.number() < slots();
  }

  /// @throws IllegalArgumentException where the pool has no such slot
  public SlotAddresses addresses(AddressSlot slot) {
    for (Run run : runs) {
      int offset = slot.number() - run.slot();
      if (offset >= 0 && offset < run.length()) {
        return new SlotAddresses(
            new Ipv4Range(run.first().plus((long) offset * SUBNET), SUBNET_PREFIX));
      }
    }
    throw new IllegalArgumentException("slot " + slot + " is beyond the pool " + range);
  }

  /// The slot of which this is an address, of either end.
  public Optional<AddressSlot> slotOf(Ipv4Address address) {
    for (Run run : runs) {
      long offset = address.bits() - run.first().bits();
      if (offset >= 0 && offset < (long) run.length() * SUBNET) {
        return Optional.of(new AddressSlot(run.slot() + (int) (offset / SUBNET)));
      }
    }
    return Optional.empty();
  }
}
