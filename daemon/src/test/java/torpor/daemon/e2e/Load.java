package torpor.daemon.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Callers that run one errand after another, each on a thread of its own, until they are told that
/// it is enough. Each has its own seed.
final class Load {
  private final Client client;
  private final List<Errand> errands;
  private final List<Thread> callers = new ArrayList<>();
  private final Set<String> spawned = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> done = new ConcurrentSkipListMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean enough;

  private Load(Client client, List<Errand> errands) {
    this.client = client;
    this.errands = errands;
  }

  static Load start(Client client, List<Errand> errands, int callers, long seed) {
    Load load = new Load(client, errands);
    for (int i = 0; i < callers; i++) {
      RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed + i);
      load.callers.add(Thread.ofVirtual().name("caller-" + i).start(() -> load.call(random)));
    }
    return load;
  }

  private void call(RandomGenerator random) {
    while (!enough && failures.isEmpty()) {
      Errand errand = errands.get(random.nextInt(errands.size()));
      try {
        errand.run(client, random, spawned::add);
        done.computeIfAbsent(errand.name(), _ -> new AtomicInteger()).incrementAndGet();
      } catch (RuntimeException | AssertionError failure) {
        failures.add(new AssertionError(errand.name() + ": " + failure.getMessage(), failure));
      }
    }
  }

  boolean failed() {
    return !failures.isEmpty();
  }

  /// Waits until every caller has come to the end of its errand.
  ///
  /// @throws AssertionError with what went wrong
  void finish() throws InterruptedException {
    enough = true;
    for (Thread caller : callers) {
      caller.join();
    }
    if (failed()) {
      AssertionError all = new AssertionError(failures.size() + " errands failed", failures.peek());
      failures.stream().skip(1).forEach(all::addSuppressed);
      throw all;
    }
  }

  /// The jobs whose spawn was acknowledged.
  Set<String> spawned() {
    return spawned;
  }

  @Override
  public String toString() {
    return new TreeMap<>(done).toString();
  }
}
