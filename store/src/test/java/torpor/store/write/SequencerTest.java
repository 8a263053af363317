package torpor.store.write;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequencerTest {
  private final Sequencer sequencer = new Sequencer(10);

  @Test
  void aReaderStopsBeforeTheFirstNumberUnderWay() {
    assertThat(sequencer.settled()).isEqualTo(10);
    long slow = sequencer.take(3);
    long fast = sequencer.take(2);
    sequencer.settle(fast);
    assertThat(sequencer.settled()).isEqualTo(10);
    sequencer.settle(slow);
    assertThat(sequencer.settled()).isEqualTo(15);
  }

  @Test
  void numbersAreNeverGivenOutTwice() {
    assertThat(sequencer.take(2)).isEqualTo(11);
    assertThat(sequencer.take(1)).isEqualTo(13);
  }

  @Test
  void atransactionWithoutHistoryHoldsNobodyUp() {
    long none = sequencer.take(0);
    long next = sequencer.take(1);
    sequencer.settle(next);
    sequencer.settle(none);
    assertThat(sequencer.settled()).isEqualTo(11);
  }
}
