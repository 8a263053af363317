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
  /// given out again.
  ///
  /// @return the first of them
  synchronized long take(int count) {
    long first = last + 1;
    last += count;
    underWay.add(first);
    return first;
  }

  /// The transaction with these numbers can become visible no more, or already is.
  synchronized void settle(long first) {
    underWay.remove(first);
  }

  public synchronized long settled() {
    return underWay.isEmpty() ? last : underWay.first() - 1;
  }
}
