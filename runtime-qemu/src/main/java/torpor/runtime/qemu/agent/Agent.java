package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to a guest's init. Thread-safe.
public final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int CHUNK = 64 * 1024;
  private static final int OUTPUT_HEADER = 9;
  private static final int INPUT_ACK_LENGTH = 17;
  private static final long KEPT = 1L << 62;

  private final SocketChannel channel;
  private final GuestEvents events;
  private final Map<Long, CompletableFuture<Records>> open = new ConcurrentHashMap<>();
  private final AtomicBoolean lost = new AtomicBoolean();
  // Only the reading thread looks at it: what comes before is meant for an older connection.
  private boolean greeted;

  private Agent(SocketChannel channel, GuestEvents events) {
    this.channel = channel;
    this.events = events;
  }

  /// Connects to the socket of a QEMU that is there; its guest need not run yet. The first request
  /// must be [#connect].
  public static Agent open(Path socket, GuestEvents events) throws IOException {
    Agent agent = new Agent(SocketChannel.open(UnixDomainSocketAddress.of(socket)), events);
    Thread.ofVirtual().name("guest-reader").start(agent::read);
    return agent;
  }

  /// Begins the conversation; answered by what the guest says of itself.
  public CompletableFuture<Records> connect() {
    return request(
        FrameType.CONNECT, Records.NONE.with("version", Integer.toString(FrameType.VERSION)));
  }

  /// Lets a template go on as a machine of its own.
  public CompletableFuture<Records> start(Records identity) {
    return request(FrameType.START, identity);
  }

  /// Stops every program in the guest.
  public CompletableFuture<Records> freeze(boolean dropCaches, Duration patience) {
    return request(
        FrameType.FREEZE,
        Records.NONE.with("drop_caches", dropCaches).with("timeout_ms", patience.toMillis()));
  }

  /// Gives the guest its identity, and lets its programs go on.
  public CompletableFuture<Records> thaw(Records identity) {
    return request(FrameType.THAW, identity);
  }

  /// Asks the workload to end, and makes it after `grace`.
  public CompletableFuture<Records> stop(Duration grace) {
    return request(FrameType.STOP, Records.NONE.with("grace_ms", grace.toMillis()));
  }

  /// Powers the machine off, or restarts it.
  public CompletableFuture<Records> shutdown() {
    return request(FrameType.SHUTDOWN, Records.NONE);
  }

  /// What the programs use.
  public CompletableFuture<Records> statistics() {
    return request(FrameType.STATS, Records.NONE);
  }

  /// Asks for a session's output from these offsets on.
  public CompletableFuture<Records> attach(long session, long output, long errors) {
    return request(
        FrameType.ATTACH,
        Records.NONE.with("session", session).with("stdout", output).with("stderr", errors));
  }

  /// As above.
  ///
  /// @param first given the answer on the reading thread, before anything that follows it
  CompletableFuture<Records> attach(
      long session, long output, long errors, Consumer<Records> first) {
    CompletableFuture<Records> answer = new CompletableFuture<>();
    CompletableFuture<Records> heard =
        answer.thenApply(records -> {
          first.accept(records);
          return records;
        });
    var _ =
        request(
            FrameType.ATTACH,
            newNumber(),
            Records.NONE.with("session", session).with("stdout", output).with("stderr", errors),
            answer);
    return heard;
  }

  /// Ends a session for good; the workload's ends the machine.
  public CompletableFuture<Records> release(long session) {
    return request(FrameType.RELEASE, Records.NONE.with("session", session));
  }

  /// Makes a session of a program; the answer's future also fails where it cannot be started.
  public CompletableFuture<Records> exec(long session, Records command) {
    return request(FrameType.EXEC, session, command);
  }

  public CompletableFuture<Records> copyIn(long session, Records what) {
    return request(FrameType.COPY_IN, session, what);
  }

  public CompletableFuture<Records> copyOut(long session, Records what) {
    return request(FrameType.COPY_OUT, session, what);
  }

  public CompletableFuture<Records> signal(long session, int number) {
    return request(FrameType.SIGNAL, Records.NONE.with("session", session).with("signal", number));
  }

  public CompletableFuture<Records> resize(long session, int rows, int columns) {
    return request(
        FrameType.RESIZE,
        Records.NONE.with("session", session).with("rows", rows).with("columns", columns));
  }

  /// A number that no other request or session of this memory has had.
  public static long newNumber() {
    return RANDOM.nextLong(KEPT - 1) + 1;
  }

  /// The number of a session that is kept for whoever takes it up next.
  ///
  /// @param of what identifies it
  public static long keptNumber(long of) {
    return (of & (KEPT - 1)) | KEPT;
  }

  /// Whether a session is to be kept when nobody listens to it.
  static boolean isKept(long session) {
    return (session & KEPT) != 0;
  }

  private CompletableFuture<Records> request(int type, Records records) {
    return request(type, newNumber(), records);
  }

  private CompletableFuture<Records> request(int type, long id, Records records) {
    return request(type, id, records, new CompletableFuture<>());
  }

  private CompletableFuture<Records> request(
      int type, long id, Records records, CompletableFuture<Records> answer) {
    open.put(id, answer);
    try {
      send(new Frame(type, id, ByteBuffer.wrap(records.bytes())));
    } catch (GuestException tooLarge) {
      open.remove(id);
      answer.completeExceptionally(tooLarge);
    } catch (IOException broken) {
      open.remove(id);
      answer.completeExceptionally(new GuestException("gone", "the guest cannot be reached"));
    }
    if (lost.get()) {
      failAll();
    }
    return answer;
  }

  /// Sends input to a session.
  public void input(long session, long offset, ByteBuffer data, boolean end) throws IOException {
    send(
        new Frame(
            FrameType.INPUT,
            session,
            ByteBuffer.allocate(OUTPUT_HEADER + data.remaining())
                .putLong(offset)
                .put((byte) (end ? 1 : 0))
                .put(data)
                .flip()));
  }

  /// Says that output up to this offset need not be kept any longer.
  public void acknowledge(long session, int stream, long offset) throws IOException {
    send(
        new Frame(
            FrameType.OUTPUT_ACK,
            session,
            ByteBuffer.allocate(OUTPUT_HEADER).putLong(offset).put((byte) stream).flip()));
  }

  private synchronized void send(Frame frame) throws IOException {
    // The zero in front ends whatever half of a frame an earlier connection has left there.
    ByteBuffer bytes =
        frame.type() == FrameType.CONNECT
            ? ByteBuffer.allocate(CHUNK).put((byte) 0).put(frame.stuffed()).flip()
            : ByteBuffer.wrap(frame.stuffed());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void read() {
    FrameReader frames = new FrameReader();
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    try {
      while (channel.read(bytes.clear()) >= 0) {
        bytes.flip();
        for (Optional<Frame> frame = frames.take(bytes);
            frame.isPresent();
            frame = frames.take(bytes)) {
          take(frame.get());
        }
      }
    } catch (IOException gone) {
      log.debug("a guest's connection ended", gone);
    } catch (RuntimeException fault) {
      log.error("a guest's connection is closed because of a fault of ours", fault);
    } finally {
      lost.set(true);
      failAll();
      close();
      events.lost();
    }
  }

  private void take(Frame frame) {
    greeted |= frame.type() == FrameType.HELLO && open.containsKey(frame.id());
    if (!greeted && !open.containsKey(frame.id())) {
      return;
    }
    switch (frame.type()) {
      case FrameType.OK, FrameType.HELLO ->
          answer(frame.id())
              .ifPresent(answer -> answer.complete(Records.parse(bytes(frame.payload()))));
      case FrameType.ERROR -> refused(frame);
      case FrameType.STATE -> events.phase(Records.parse(bytes(frame.payload())));
      case FrameType.EXIT -> events.exited(frame.id(), Records.parse(bytes(frame.payload())));
      case FrameType.OPEN -> events.opened(frame.id(), Records.parse(bytes(frame.payload())));
      case FrameType.CLOSE -> {
        if (frame.payload().remaining() == Long.BYTES) {
          events.closed(frame.id(), frame.payload().getLong());
        }
      }
      case FrameType.OUTPUT -> {
        if (frame.payload().remaining() > OUTPUT_HEADER) {
          ByteBuffer data = frame.payload();
          events.output(
              frame.id(), data.get(Long.BYTES), data.getLong(0), data.position(OUTPUT_HEADER));
        }
      }
      case FrameType.INPUT_ACK -> {
        if (frame.payload().remaining() == INPUT_ACK_LENGTH) {
          ByteBuffer data = frame.payload();
          events.inputTaken(frame.id(), data.getLong(), data.getLong(), data.get() != 0);
        }
      }
      default -> log.debug("a frame of unknown type {} from a guest", frame.type());
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private void refused(Frame frame) {
    Records why = Records.parse(bytes(frame.payload()));
    GuestException refusal =
        new GuestException(
            why.find("code").orElse("unknown"),
            why.find("message").orElse("the guest gave no reason"));
    Optional<CompletableFuture<Records>> asked = answer(frame.id());
    if (asked.isPresent()) {
      asked.get().completeExceptionally(refusal);
    } else {
      log.debug("a guest refused: {}", refusal.getMessage());
    }
  }

  private Optional<CompletableFuture<Records>> answer(long id) {
    return Optional.ofNullable(open.remove(id));
  }

  private void failAll() {
    GuestException gone = new GuestException("gone", "the connection to the guest has ended");
    open.values().forEach(answer -> answer.completeExceptionally(gone));
    open.clear();
  }

  /// Waits for an answer.
  ///
  /// @throws GuestException where the guest refused, is gone, or did not answer in time
  public static Records within(CompletableFuture<Records> answer, Duration patience, String asked)
      throws GuestException {
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof GuestException refusal) {
        throw new GuestException(refusal.code(), asked + ": " + refusal.getMessage());
      }
      throw new GuestException("gone", asked + ": " + failed.getCause());
    } catch (TimeoutException late) {
      throw new GuestException(
          "gone", asked + ": the guest did not answer within " + patience.toMillis() + " ms");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new GuestException("gone", asked + ": interrupted");
    }
  }

  /// The guest goes on.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException broken) {
      log.debug("a guest's connection could not be closed", broken);
    }
  }
}
