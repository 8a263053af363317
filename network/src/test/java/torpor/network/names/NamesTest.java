package torpor.network.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;

class NamesTest {
  private static final Names NAMES = new Names("k3x9ab");
  private static final InstanceId INSTANCE = new InstanceId("01jd0000000000000000000000");

  @Test
  void namesFitTheKernel() {
    assertThat(NAMES.wire(new AddressSlot(262_143))).hasSize(15).isEqualTo("tpk3x9ab-262143");
    assertThat(NAMES.namespace(new AddressSlot(5))).isEqualTo("torpor-k3x9ab-5");
    assertThat(NAMES.table()).isEqualTo("torpor_k3x9ab");
  }

  @Test
  void everyDirectoryHasAMarkOfItsOwn() {
    assertThat(IntStream.range(0, 1000).mapToObj(i -> Names.of("directory " + i).mark()))
        .doesNotHaveDuplicates()
        .allMatch(mark -> mark.matches("[0-9a-z]{6}"));
    assertThat(Names.of("one")).isEqualTo(Names.of("one"));
  }

  @Test
  void onlyOursIsOurs() {
    assertThat(NAMES.slotOfWire("tpk3x9ab-17")).contains(new AddressSlot(17));
    assertThat(NAMES.slotOfNamespace("torpor-k3x9ab-0")).contains(new AddressSlot(0));
    for (String other :
        new String[] {
          "eth0", "tpk3x9ac-17", "tpk3x9ab-", "tpk3x9ab-x", "tpk3x9ab-017", "tpk3x9ab-check"
        }) {
      assertThat(NAMES.slotOfWire(other)).as(other).isEmpty();
    }
    assertThat(NAMES.slotOfNamespace("torpor-k3x9ab-check")).isEmpty();
  }

  @Test
  void aLabelSaysWhose() {
    assertThat(Names.instanceOf(Names.alias(INSTANCE) + "\n")).contains(INSTANCE);
    assertThat(Names.instanceOf("")).isEmpty();
    assertThat(Names.instanceOf("torpor ")).isEmpty();
    assertThat(Names.instanceOf("uplink")).isEmpty();
  }
}
