package torpor.runtime.qemu.qmp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One connection to a QEMU's monitor. Thread-safe; commands go out in the order of the calls.
public final class QmpMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QmpMonitor.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SocketChannel channel;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private final List<Expected> expected = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> greeting = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private record Expected(Predicate<QmpEvent> wanted, CompletableFuture<QmpEvent> found) {}

  private QmpMonitor(SocketChannel channel) {
    this.channel = channel;
  }

  /// Takes over a connected channel and agrees on the protocol.
  ///
  /// @throws QmpException where no QEMU answers within `patience`; the channel is closed then
  public static QmpMonitor on(SocketChannel channel, Duration patience) throws QmpException {
    QmpMonitor monitor = new QmpMonitor(channel);
    Thread.ofVirtual().name("qmp-reader").start(monitor::read);
    try {
      within(monitor.greeting, patience, "no greeting from QEMU");
      monitor.execute("qmp_capabilities", patience);
      return monitor;
    } catch (QmpException refused) {
      monitor.close();
      throw refused;
    }
  }

  /// Runs a command without arguments and waits for its answer.
  public JsonNode execute(String command, Duration patience) throws QmpException {
    return execute(command, JSON.createObjectNode(), patience);
  }

  /// Runs a command and waits for its answer.
  ///
  /// @throws QmpException where QEMU refuses it, ends, or does not answer within `patience`
  public JsonNode execute(String command, ObjectNode arguments, Duration patience)
      throws QmpException {
    return within(send(command, arguments), patience, command + " was not answered");
  }

  /// Sends a command; the answer fails with a [QmpException].
  public CompletableFuture<JsonNode> send(String command, ObjectNode arguments) {
    long number = numbers.incrementAndGet();
    ObjectNode line = JSON.createObjectNode();
    line.put("execute", command);
    line.set("arguments", arguments);
    line.put("id", number);
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    open.put(number, answer);
    try {
      write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException broken) {
      open.remove(number);
      answer.completeExceptionally(new QmpException("cannot send " + command, broken));
    }
    if (ended.isDone()) {
      failAll();
    }
    return answer;
  }

  private synchronized void write(byte[] line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// The next event that is wanted; ask before doing what causes it. Fails with a [QmpException]
  /// where the connection ends first.
  public CompletableFuture<QmpEvent> next(Predicate<QmpEvent> wanted) {
    Expected next = new Expected(wanted, new CompletableFuture<>());
    expected.add(next);
    var _ = next.found().whenComplete((_, _) -> expected.remove(next));
    if (ended.isDone()) {
      failAll();
    }
    return next.found();
  }

  /// Completes when the connection is gone.
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  public static ObjectNode arguments() {
    return JSON.createObjectNode();
  }

  /// Waits for one of the futures of this monitor.
  public static <T> T within(CompletableFuture<T> future, Duration patience, String otherwise)
      throws QmpException {
    try {
      return future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw cause instanceof QmpException told
          ? new QmpException(String.valueOf(told.getMessage()), told)
          : new QmpException(otherwise, failed);
    } catch (TimeoutException late) {
      throw new QmpException(otherwise + " within " + patience.toMillis() + " ms", late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new QmpException("interrupted: " + otherwise, stopped);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(JSON.readTree(line));
      }
    } catch (IOException gone) {
      log.debug("a monitor ended", gone);
    } catch (JacksonException malformed) {
      log.warn("a monitor sent what is no JSON and is closed", malformed);
    } finally {
      ended.complete(null);
      failAll();
    }
  }

  private void take(JsonNode message) {
    if (message.has("QMP")) {
      greeting.complete(null);
    } else if (message.has("event")) {
      happened(new QmpEvent(message.path("event").asString(), message.path("data")));
    } else {
      CompletableFuture<JsonNode> answer = open.remove(message.path("id").asLong(0));
      if (answer == null) {
        log.debug("an answer that nobody waits for: {}", message);
      } else if (message.has("error")) {
        answer.completeExceptionally(
            new QmpException(message.path("error").path("desc").asString("no reason given")));
      } else {
        answer.complete(message.path("return"));
      }
    }
  }

  private void happened(QmpEvent event) {
    for (Expected next : expected) {
      if (next.wanted().test(event)) {
        next.found().complete(event);
      }
    }
  }

  private void failAll() {
    QmpException gone = new QmpException("QEMU has ended the conversation");
    greeting.completeExceptionally(gone);
    open.values().forEach(answer -> answer.completeExceptionally(gone));
    open.clear();
    expected.forEach(next -> next.found().completeExceptionally(gone));
  }

  /// QEMU goes on.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException broken) {
      log.debug("a monitor could not be closed", broken);
    }
  }
}
