package torpor.runtime.wasm.wasi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import run.endive.runtime.Memory;

/// `poll_oneoff`: what `sleep`, `nanosleep`, `usleep`, `poll` and `select` become.
///
/// Files and standard streams are always ready, so only a list of nothing but clocks ever waits.
/// Such a wait is a durable sleep when it is long enough; see {@link Sleeper}.
final class PollCall {
  static final int MONOTONIC = 1;

  private static final int SUBSCRIPTION_BYTES = 48;
  private static final int EVENT_BYTES = 32;
  private static final int MAX_SUBSCRIPTIONS = 1024;
  private static final int CLOCK = 0;
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int ABSOLUTE = 1;

  private final DescriptorTable table;
  private final GuestClock clock;
  private final Sleeper sleeper;

  private record Subscription(long userData, int type, int subject, long remainingNanos) {}

  private record Event(long userData, Errno errno, int type) {}

  PollCall(DescriptorTable table, GuestClock clock, Sleeper sleeper) {
    this.table = table;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  WasiFunction function() {
    return new WasiFunction("poll_oneoff", "iiii", this::poll);
  }

  private Errno poll(Memory memory, long[] a) {
    boolean slept = sleeper.resumedFromSleep();
    int count = (int) a[2];
    if (count <= 0 || count > MAX_SUBSCRIPTIONS) {
      throw new ErrnoException(Errno.INVAL);
    }
    List<Subscription> subscriptions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      subscriptions.add(subscription(memory, (int) a[0] + i * SUBSCRIPTION_BYTES));
    }
    List<Event> ready = readyDescriptors(subscriptions);
    if (ready.isEmpty()) {
      long soonest = soonest(subscriptions);
      if (!slept && soonest > 0 && !sleeper.sleep(Duration.ofNanos(soonest))) {
        return Errno.SUCCESS;
      }
      ready = due(subscriptions, soonest);
    }
    writeEvents(memory, (int) a[1], ready);
    memory.writeI32((int) a[3], ready.size());
    return Errno.SUCCESS;
  }

  private Subscription subscription(Memory memory, int at) {
    long userData = memory.readLong(at);
    int type = memory.read(at + 8);
    int subject = memory.readInt(at + 16);
    long timeout = type == CLOCK ? memory.readLong(at + 24) : 0;
    boolean absolute = type == CLOCK && (memory.readShort(at + 40) & ABSOLUTE) != 0;
    // Unsigned on the wire: a "negative" timeout is further away than anything.
    long bounded = timeout < 0 ? Long.MAX_VALUE : timeout;
    long now =
        !absolute ? 0 : subject == MONOTONIC ? clock.monotonicNanos() : clock.realtimeNanos();
    return new Subscription(userData, type, subject, Math.max(0, bounded - now));
  }

  private List<Event> readyDescriptors(List<Subscription> subscriptions) {
    List<Event> events = new ArrayList<>();
    for (Subscription s : subscriptions) {
      if (s.type() == READ || s.type() == WRITE) {
        events.add(new Event(s.userData(), state(s.subject()), s.type()));
      } else if (s.type() != CLOCK || s.subject() < 0 || s.subject() > MONOTONIC) {
        events.add(new Event(s.userData(), Errno.INVAL, s.type()));
      }
    }
    return events;
  }

  private Errno state(int number) {
    try {
      table.get(number);
      return Errno.SUCCESS;
    } catch (ErrnoException e) {
      return e.errno();
    }
  }

  private static long soonest(List<Subscription> subscriptions) {
    return subscriptions.stream().mapToLong(Subscription::remainingNanos).min().orElseThrow();
  }

  private static List<Event> due(List<Subscription> subscriptions, long soonest) {
    return subscriptions.stream()
        .filter(s -> s.remainingNanos() <= soonest)
        .map(s -> new Event(s.userData(), Errno.SUCCESS, CLOCK))
        .toList();
  }

  private static void writeEvents(Memory memory, int address, List<Event> events) {
    int at = address;
    for (Event event : events) {
      memory.writeLong(at, event.userData());
      memory.writeLong(at + 8, event.errno().code() | (long) event.type() << 16);
      memory.writeLong(at + 16, 0);
      memory.writeLong(at + 24, 0);
      at += EVENT_BYTES;
    }
  }
}
