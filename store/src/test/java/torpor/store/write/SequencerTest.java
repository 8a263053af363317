package torpor.store.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SequencerTest {
  private final Sequencer sequencer = new Sequencer(10);

  @Test
  void aReaderStopsBeforeTheFirstNumberUnderWay() {
    assertThat(sequencer.settled()).isEqualTo(10);
    Sequencer.Numbers slow = sequencer.take(3);
    Sequencer.Numbers fast = sequencer.take(2);
    sequencer.settle(fast);
    assertThat(sequencer.settled()).isEqualTo(10);
    sequencer.settle(slow);
    assertThat(sequencer.settled()).isEqualTo(15);
  }

  @Test
  void numbersAreNeverGivenOutTwice() {
    assertThat(sequencer.take(2).first()).isEqualTo(11);
    assertThat(sequencer.take(1).first()).isEqualTo(13);
  }

  @Test
  void aTransactionWithoutHistoryHoldsNobodyUp() {
    Sequencer.Numbers none = sequencer.take(0);
    assertThat(sequencer.settled()).isEqualTo(10);
    sequencer.settle(sequencer.take(1));
    assertThat(sequencer.settled()).isEqualTo(11);
    sequencer.settle(none);
    assertThat(sequencer.settled()).isEqualTo(11);
  }

  /// Every way in which two writers can take and settle: each takes and settles some batches one
  /// after the other, and the steps of the two come in any order.
  @Test
  void readersNeverPassWhatEitherOfTwoWritersHasUnderWay() {
    List<List<Integer>> histories =
        List.of(List.of(0, 3), List.of(3, 0), List.of(0, 0, 3), List.of(3, 0, 2), List.of(2, 3));
    for (List<Integer> one : histories) {
      for (List<Integer> other : histories) {
        orders(2 * one.size(), 2 * other.size())
            .forEach(order -> demandNothingPassed(List.of(one, other), order));
      }
    }
  }

  private static void demandNothingPassed(List<List<Integer>> batches, List<Integer> order) {
    Sequencer sequencer = new Sequencer(10);
    List<Deque<Integer>> rest =
        List.of(new ArrayDeque<>(batches.get(0)), new ArrayDeque<>(batches.get(1)));
    Map<Integer, Sequencer.Numbers> underWay = new HashMap<>();
    long last = 10;
    for (int writer : order) {
      Sequencer.Numbers before = underWay.remove(writer);
      if (before == null) {
        Sequencer.Numbers taken = sequencer.take(rest.get(writer).remove());
        underWay.put(writer, taken);
        last += taken.count();
      } else {
        sequencer.settle(before);
      }
      long complete =
          underWay.values().stream()
              .filter(numbers -> numbers.count() > 0)
              .mapToLong(numbers -> numbers.first() - 1)
              .min()
              .orElse(last);
      assertThat(sequencer.settled()).as("%s in the order %s", batches, order).isEqualTo(complete);
    }
  }

  /// All sequences of so many zeros and so many ones.
  private static Stream<List<Integer>> orders(int zeros, int ones) {
    if (zeros == 0 && ones == 0) {
      return Stream.of(List.of());
    }
    return Stream.concat(
        zeros == 0 ? Stream.of() : orders(zeros - 1, ones).map(rest -> before(0, rest)),
        ones == 0 ? Stream.of() : orders(zeros, ones - 1).map(rest -> before(1, rest)));
  }

  private static List<Integer> before(int first, List<Integer> rest) {
    return Stream.concat(Stream.of(first), rest.stream()).toList();
  }
}
