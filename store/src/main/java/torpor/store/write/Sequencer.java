package torpor.store.write;

import java.util.TreeSet;

/// Gives out the numbers of a node's history, and knows up to where history is complete.
///
/// With more than one writer a higher number may be committed before a lower one. A reader that
/// went by what it finds would skip the lower one for ever, so readers stop at [#settled]: the
/// highest number below which nothing is under way. Thread-safe.
public final class Sequencer {
  private long last;
  private final TreeSet<Long> underWay = new TreeSet<>();

  /// @param last the highest number in the database
  public Sequencer(long last) {
    this.last = last;
  }

  /// `count` numbers in a row, under way until settled. Numbers of a failed transaction are never
  /// given out again. None at all are never under way: whoever takes next begins with the same
  /// number, and must not be settled in another's place.
  synchronized Numbers take(int count) {
    Numbers numbers = new Numbers(last + 1, count);
    last += count;
    if (count > 0) {
      underWay.add(numbers.first());
    }
    return numbers;
  }

  /// The transaction with these numbers can become visible no more, or already is.
  synchronized void settle(Numbers numbers) {
    if (numbers.count() > 0) {
      underWay.remove(numbers.first());
    }
  }

  public synchronized long settled() {
    return underWay.isEmpty() ? last : underWay.first() - 1;
  }

  /// What one transaction may number its history with.
  ///
  /// @param first the first of `count` in a row; somebody else's if there are none
  record Numbers(long first, int count) {}
}
