package torpor.api.console;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Tells listeners when something in a directory has changed. One watch service for all of them,
/// since the kernel gives out only a few. Thread-safe.
public final class ConsoleWatch implements Closeable {
  private final WatchService service;
  private final Map<WatchKey, Set<Runnable>> listeners = new HashMap<>();

  public ConsoleWatch() {
    try {
      service = FileSystems.getDefault().newWatchService();
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot watch files", failure);
    }
    Thread.ofVirtual().name("console-watch").start(this::dispatch);
  }

  /// Calls `listener`, on another thread, whenever something in `directory` is created or grows.
  ///
  /// @return ends it; empty where there is no such directory
  Optional<Closeable> watch(Path directory, Runnable listener) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    synchronized (listeners) {
      WatchKey key =
          directory.register(
              service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      listeners.computeIfAbsent(key, _ -> new HashSet<>()).add(listener);
      return Optional.of(() -> unwatch(key, listener));
    }
  }

  private void unwatch(WatchKey key, Runnable listener) {
    synchronized (listeners) {
      Set<Runnable> left = listeners.getOrDefault(key, new HashSet<>());
      left.remove(listener);
      if (left.isEmpty()) {
        listeners.remove(key);
        key.cancel();
      }
    }
  }

  private void dispatch() {
    try {
      while (true) {
        WatchKey key = service.take();
        key.pollEvents();
        key.reset();
        told(key).forEach(Runnable::run);
      }
    } catch (ClosedWatchServiceException | InterruptedException _) {
      // Closed: there is nobody left to tell.
    }
  }

  private List<Runnable> told(WatchKey key) {
    synchronized (listeners) {
      return List.copyOf(listeners.getOrDefault(key, Set.of()));
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
