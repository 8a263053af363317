package torpor.host.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// Tells when processes end, whoever's children they are, the moment they do. Thread-safe.
///
/// The JDK's own `ProcessHandle.onExit` looks every few seconds for processes that are not its
/// children; an adopted one never is.
public final class ExitWatch implements AutoCloseable {
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int ADD = 1;
  private static final int READABLE = 1;
  private static final int ROOM = 64;

  // The kernel packs struct epoll_event on x86-64 and nowhere else.
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
  private static final long EVENT_SIZE = PACKED ? 12 : 16;
  private static final long DATA_OFFSET = PACKED ? 4 : 8;
  private static final ValueLayout.OfLong DATA = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Map<Integer, CompletableFuture<Void>> watched = new ConcurrentHashMap<>();
  private final int epoll;
  private final int stop;
  private final Thread thread;
  private final AtomicBoolean closing = new AtomicBoolean();
  private boolean closed;

  private ExitWatch(int epoll, int stop) {
    this.epoll = epoll;
    this.stop = stop;
    this.thread = Thread.ofPlatform().daemon().name("exit-watch").unstarted(this::watch);
  }

  /// @throws IOException where the kernel cannot do this or has no descriptors left
  public static ExitWatch open() throws IOException {
    LinuxCalls.close(checked("pidfd_open", LinuxCalls.openProcess(ProcessHandle.current().pid())));
    int epoll = checked("epoll_create1", LinuxCalls.epollCreate(CLOSE_ON_EXEC));
    int stop = checked("eventfd", LinuxCalls.eventCounter(CLOSE_ON_EXEC));
    ExitWatch watch = new ExitWatch(epoll, stop);
    watch.add(stop);
    watch.thread.start();
    return watch;
  }

  /// Completes when the process has ended, at once where it already has, on a thread that must not
  /// be kept. Never completes once the watch is closed.
  ///
  /// @throws IOException where no more processes can be watched
  public CompletableFuture<Void> onExit(ProcessIdentity process) throws IOException {
    int pidfd = LinuxCalls.openProcess(process.pid());
    if (pidfd == -LinuxCalls.NO_SUCH_PROCESS) {
      return CompletableFuture.completedFuture(null);
    }
    checked("pidfd_open", pidfd);
    if (!process.isAlive()) {
      LinuxCalls.close(pidfd);
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    watched.put(pidfd, ended);
    try {
      add(pidfd);
    } catch (IOException unwatched) {
      take(pidfd);
      throw unwatched;
    }
    return ended;
  }

  private synchronized void add(int descriptor) throws IOException {
    if (closed) {
      throw new IOException("the watch is closed");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(EVENT_SIZE);
      event.set(ValueLayout.JAVA_INT, 0, READABLE);
      event.set(DATA, DATA_OFFSET, descriptor);
      checked("epoll_ctl", LinuxCalls.epollControl(epoll, ADD, descriptor, event));
    }
  }

  private void watch() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate(EVENT_SIZE * ROOM, Long.BYTES);
      boolean open = true;
      while (open) {
        int ready = LinuxCalls.epollWait(epoll, events, ROOM);
        if (ready < 0 && ready != -LinuxCalls.INTERRUPTED) {
          throw new IllegalStateException("epoll_wait failed with error " + -ready);
        }
        for (int i = 0; i < ready; i++) {
          int descriptor = (int) events.get(DATA, i * EVENT_SIZE + DATA_OFFSET);
          open &= descriptor != stop;
          ended(descriptor);
        }
      }
    } finally {
      release();
    }
  }

  /// Not while a descriptor is being added: a closed one's number may already be somebody else's.
  private synchronized void release() {
    closed = true;
    watched.keySet().forEach(this::take);
    LinuxCalls.close(stop);
    LinuxCalls.close(epoll);
  }

  private void ended(int descriptor) {
    Optional<CompletableFuture<Void>> ended = take(descriptor);
    if (!closing.get()) {
      ended.ifPresent(future -> future.complete(null));
    }
  }

  /// Whoever takes a descriptor closes it, which also takes it out of the epoll; nobody closes it
  /// twice.
  private Optional<CompletableFuture<Void>> take(int descriptor) {
    Optional<CompletableFuture<Void>> future = Optional.ofNullable(watched.remove(descriptor));
    if (future.isPresent()) {
      LinuxCalls.close(descriptor);
    }
    return future;
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      LinuxCalls.count(stop);
    }
  }

  private static int checked(String call, int result) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed with error " + -result);
    }
    return result;
  }
}
