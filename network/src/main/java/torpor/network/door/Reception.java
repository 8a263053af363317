package torpor.network.door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.engine.network.NetworkPlace;

/// Receives who comes to the doors of one instance. Every connection has a virtual thread that
/// waits for the instance to be awake and then relays.
public final class Reception {
  private static final Logger log = LoggerFactory.getLogger(Reception.class);
  private final Supplier<CompletableFuture<NetworkPlace>> ring;
  private final Patience patience;
  private final ExecutorService threads;
  private final Set<SocketChannel> guests = ConcurrentHashMap.newKeySet();
  private final AtomicReference<CompletableFuture<NetworkPlace>> ringing =
      new AtomicReference<>(CompletableFuture.failedFuture(new IllegalStateException("not yet")));

  /// How long and how many.
  ///
  /// @param wake how long one may wait for the instance to be awake
  /// @param answer how long the guest may take to accept a connection
  /// @param connections so many are held or passed on at once; more are turned away
  public record Patience(Duration wake, Duration answer, int connections) {
    public static final Patience USUAL =
        new Patience(Duration.ofMinutes(2), Duration.ofSeconds(10), 1024);
  }

  /// @param threads with one thread for each task: virtual ones
  public Reception(
      Supplier<CompletableFuture<NetworkPlace>> ring, Patience patience, ExecutorService threads) {
    this.ring = ring;
    this.patience = patience;
    this.threads = threads;
  }

  /// Receives until the listener is closed.
  void attend(ServerSocketChannel listener, int guestPort) {
    threads.execute(() -> {
      try {
        while (true) {
          receive(listener.accept(), guestPort);
        }
      } catch (IOException e) {
        attendAgain(listener, guestPort, e);
      }
    });
  }

  /// A listener that is still open failed for want of something, of descriptors as a rule.
  private void attendAgain(ServerSocketChannel listener, int guestPort, IOException failed) {
    if (listener.isOpen() && !threads.isShutdown()) {
      log.warn("connections cannot be accepted for a moment: {}", failed.getMessage());
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, threads)
          .execute(() -> attend(listener, guestPort));
    }
  }

  private void receive(SocketChannel guest, int guestPort) {
    guests.add(guest);
    if (guests.size() > patience.connections()) {
      log.warn("more than {} wait for one instance; turned away", patience.connections());
      reset(guest);
      return;
    }
    try {
      threads.execute(() -> serve(guest, guestPort));
    } catch (RejectedExecutionException stopping) {
      reset(guest);
    }
  }

  private void serve(SocketChannel guest, int guestPort) {
    try (SocketChannel machine = SocketChannel.open(StandardProtocolFamily.INET)) {
      NetworkPlace place = awake().get(patience.wake().toMillis(), TimeUnit.MILLISECONDS);
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.ofLiteral(place.outside()), guestPort);
      machine.socket().connect(address, (int) patience.answer().toMillis());
      guest.setOption(StandardSocketOptions.TCP_NODELAY, true);
      machine.setOption(StandardSocketOptions.TCP_NODELAY, true);
      new Relay(guest, machine).run(threads);
      close(guest);
    } catch (ExecutionException | TimeoutException | IOException e) {
      log.debug("a connection was not passed on: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reset(guest);
    }
  }

  /// Rings, unless somebody is ringing already.
  private CompletableFuture<NetworkPlace> awake() {
    CompletableFuture<NetworkPlace> now = ringing.get();
    CompletableFuture<NetworkPlace> mine = new CompletableFuture<>();
    if (!now.isDone() || !ringing.compareAndSet(now, mine)) {
      return ringing.get();
    }
    CompletableFuture<NetworkPlace> _ =
        rung()
            .whenComplete((place, failed) -> {
              if (failed != null) {
                mine.completeExceptionally(failed);
              } else {
                mine.complete(place);
              }
            });
    return mine;
  }

  private CompletableFuture<NetworkPlace> rung() {
    try {
      return ring.get();
    } catch (RuntimeException fault) {
      return CompletableFuture.failedFuture(fault);
    }
  }

  int busy() {
    return guests.size();
  }

  void turnAway() {
    guests.forEach(this::reset);
  }

  /// So that who was not served sees an error, not an empty answer. A connection that ended well is
  /// closed by then.
  private void reset(SocketChannel guest) {
    guests.remove(guest);
    try {
      if (guest.isOpen()) {
        guest.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException gone) {
      log.trace("a connection was gone", gone);
    }
    close(guest);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.trace("closing a connection", e);
    }
  }
}
