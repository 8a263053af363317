package torpor.network.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.network.names.Names;

class AddressPoolTest {
  private static final Names NAMES = Names.of("a data directory");

  @Test
  void aSlotIsItsSubnet() {
    AddressPool pool = pool("10.213.0.0/16");

    assertThat(pool.slots()).isEqualTo(16_384);
    SlotAddresses fifth = pool.addresses(new AddressSlot(5));
    assertThat(fifth.subnet()).hasToString("10.213.0.20/30");
    assertThat(fifth.host()).hasToString("10.213.0.21");
    assertThat(fifth.outside()).hasToString("10.213.0.22");
    assertThat(pool.addresses(new AddressSlot(16_383)).outside()).hasToString("10.213.255.254");
    assertThatThrownBy(() -> pool.addresses(new AddressSlot(16_384)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reservedRangesAreLeftOutWhole() {
    AddressPool pool = pool("10.213.0.0/24", "10.213.0.0/29", "10.213.0.17/32", "10.213.0.128/25");

    assertThat(pool.slots()).isEqualTo(32 - 2 - 1);
    assertThat(pool.addresses(new AddressSlot(0)).subnet()).hasToString("10.213.0.8/30");
    assertThat(pool.addresses(new AddressSlot(1)).subnet()).hasToString("10.213.0.12/30");
    assertThat(pool.addresses(new AddressSlot(2)).subnet()).hasToString("10.213.0.20/30");
    assertThat(pool.uses(range("10.213.0.0/29"))).isFalse();
    assertThat(pool.uses(range("10.213.0.128/26"))).isFalse();
    assertThat(pool.uses(range("10.0.0.0/8"))).isTrue();
    assertThat(pool.uses(range("10.213.0.20/32"))).isTrue();
  }

  @Test
  void everythingReservedIsNoSlot() {
    assertThat(pool("10.213.0.0/24", "10.0.0.0/8").slots()).isZero();
  }

  @Test
  void tenThousandSlotsHaveNothingTwice() {
    AddressPool pool = pool("10.213.0.0/16", "10.213.7.0/24");
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      AddressSlot slot = new AddressSlot(i);
      SlotAddresses addresses = pool.addresses(slot);
      assertThat(
              List.of(
                  addresses.host(), addresses.outside(), NAMES.namespace(slot), NAMES.wire(slot)))
          .allMatch(seen::add, "is new");
      assertThat(pool.slotOf(addresses.outside())).contains(slot);
      assertThat(pool.slotOf(addresses.host())).contains(slot);
    }
  }

  @Test
  void noAddressIsReservedAndAllAreInThePool() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      Ipv4Range range = range("10.213.0.0/20");
      List<Ipv4Range> reserved =
          random
              .ints(random.nextInt(6), 0, 4096)
              .mapToObj(at -> {
                int prefix = 22 + random.nextInt(11);
                long size = 1L << (32 - prefix);
                return new Ipv4Range(range.first().plus(at / size * size), prefix);
              })
              .toList();
      AddressPool pool = new AddressPool(range, reserved);
      for (int i = 0; i < pool.slots(); i++) {
        Ipv4Range subnet = pool.addresses(new AddressSlot(i)).subnet();
        assertThat(range.contains(subnet.first()) && range.contains(subnet.last())).isTrue();
        assertThat(reserved).noneMatch(subnet::overlaps);
      }
    }
  }

  @Test
  void whatIsNoAddressIsNotRead() {
    for (String bad : List.of("", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "::1", "a.b.c.d")) {
      assertThat(Ipv4Address.parse(bad)).as(bad).isEmpty();
    }
    for (String bad : List.of("", "10.0.0.0", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "/8")) {
      assertThat(Ipv4Range.parse(bad)).as(bad).isEmpty();
    }
    assertThat(Ipv4Address.parse("255.255.255.255")).hasToString("Optional[255.255.255.255]");
    assertThat(Ipv4Range.parse("0.0.0.0/0").orElseThrow().size()).isEqualTo(1L << 32);
  }

  private static AddressPool pool(String range, String... reserved) {
    return new AddressPool(
        range(range), List.of(reserved).stream().map(AddressPoolTest::range).toList());
  }

  private static Ipv4Range range(String text) {
    return Ipv4Range.parse(text).orElseThrow();
  }
}
