package torpor.api.instance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.api.http.Problems;
import torpor.api.http.RefusedException;
import torpor.api.http.SocketEnd;
import torpor.api.http.Waits;
import torpor.core.instance.InstanceId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.FileEntry;
import torpor.engine.caller.InstanceSessions;
import torpor.wire.instance.CopyMessage;
import torpor.wire.instance.CopyRequest;

/// One copy and its connection.
///
/// A client that was made for other servers sends a file without saying how long it is; such a file
/// waits in a temporary one until its end is there.
final class CopyTalk implements SocketTalk {
  private static final Logger log = LoggerFactory.getLogger(CopyTalk.class);

  /// How long the other side may take nothing before the copy counts as broken.
  private static final Duration WITHIN = Duration.ofMinutes(10);

  private static final int CHUNK = 32 * 1024;

  private final InstanceSessions sessions;
  private final InstanceId instance;
  private final Waits waits;
  private final SocketEnd end;
  private Optional<CopyRequest> request = Optional.empty();
  private Optional<InstanceSessions.CopyIn> into = Optional.empty();
  private Optional<Path> spool = Optional.empty();

  CopyTalk(InstanceSessions sessions, InstanceId instance, Waits waits) {
    this.sessions = sessions;
    this.instance = instance;
    this.waits = waits;
    this.end = new SocketEnd(waits);
  }

  @Override
  public SocketEnd end() {
    return end;
  }

  @Override
  public void text(String message) {
    attempt(() -> {
      if (request.isEmpty()) {
        begin(ExecReader.message(message, CopyRequest.class));
      } else {
        go(ExecReader.message(message, CopyMessage.class));
      }
    });
  }

  @Override
  public void bytes(ByteBuffer data) {
    attempt(() -> {
      ByteBuffer content = data.slice();
      if (spool.isPresent()) {
        try (SeekableByteChannel file =
            Files.newByteChannel(
                spool.orElseThrow(), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
          while (content.hasRemaining()) {
            file.write(content);
          }
        }
      } else {
        waits.value(into.orElseThrow(CopyTalk::outOfTurn).content(content), WITHIN);
      }
    });
  }

  private static RefusedException outOfTurn() {
    return RefusedException.of(
        RefusalCode.REQUEST_INVALID,
        "Content was sent that nothing is known about",
        "Send the request first, and the content only towards the instance.");
  }

  private interface Step {
    void take() throws IOException;
  }

  private void attempt(Step step) {
    try {
      step.take();
    } catch (RefusedException refused) {
      fail(refused.refusal());
    } catch (IOException failure) {
      log.warn("{}: a file that is copied cannot be kept", instance, failure);
      fail(
          Refusal.of(
              RefusalCode.NO_SPACE,
              "What is copied cannot be kept on this host: " + failure.getMessage(),
              "Free some space where temporary files are."));
    }
  }

  private void fail(Refusal why) {
    end.end(CopyMessage.error(request.map(CopyRequest::guestPath).orElse(""), Problems.of(why)));
    close();
  }

  private void begin(CopyRequest asked) throws IOException {
    String path = Fields.path("guest_path", asked.guestPath());
    request = Optional.of(asked);
    switch (asked.direction()) {
      case "from" -> from(path, asked.followLinks().orElse(false));
      case "to" -> to(path, asked);
      default ->
          throw RefusedException.invalid(
              "direction",
              "'direction' is '%s'".formatted(Fields.shown(asked.direction())),
              "Send to or from.");
    }
  }

  /// Goes on by itself, as fast as the caller reads.
  private void from(String path, boolean followLinks) {
    var _ =
        sessions
            .copyOut(instance, path, followLinks, new Outwards())
            .whenComplete((reply, failure) -> {
              if (reply
                  instanceof
                  Reply.Done<InstanceSessions.CopyResult>(InstanceSessions.CopyResult result)) {
                end.end(CopyMessage.last(leftOut(result)));
              } else if (reply instanceof Reply.Refused<InstanceSessions.CopyResult>(Refusal why)) {
                fail(why);
              } else {
                log.debug("{}: a copy was broken off", instance, failure);
                fail(
                    Refusal.of(
                        RefusalCode.EXEC_FAILED,
                        "The copy was broken off",
                        "Copy it again once the instance runs."));
              }
            });
  }

  /// The end of an item is said with the next one, so that the last one's is the end of all.
  private final class Outwards implements InstanceSessions.CopyOut {
    private boolean begun;

    @Override
    public CompletionStage<Void> entry(FileEntry entry) {
      CompletionStage<Void> before =
          begun ? end.say(CopyMessage.end()) : CompletableFuture.<Void>completedFuture(null);
      begun = true;
      return before.thenCompose(_ -> end.say(CopyEntries.header(entry)));
    }

    @Override
    public CompletionStage<Void> content(ByteBuffer bytes) {
      return end.send(bytes);
    }
  }

  private void to(String path, CopyRequest asked) throws IOException {
    if (asked.tree().orElse(false)) {
      into = Optional.of(waits.reply(sessions.copyIn(instance, path)));
      return;
    }
    into = Optional.of(waits.reply(sessions.copyIn(instance, parent(path))));
    if (!asked.isDir().orElse(false)) {
      spool = Optional.of(Files.createTempFile("torpor-copy-", ".part"));
    }
  }

  private static String parent(String path) {
    int slash = path.replaceAll("/+$", "").lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private static String name(String path) {
    String bare = path.replaceAll("/+$", "");
    String name = bare.substring(bare.lastIndexOf('/') + 1);
    if (name.isEmpty() || name.equals(".")) {
      throw RefusedException.invalid(
          "guest_path", "'guest_path' names no file", "Send the path of the file itself.");
    }
    return name;
  }

  private void go(CopyMessage message) throws IOException {
    CopyRequest asked = request.orElseThrow();
    InstanceSessions.CopyIn target = into.orElseThrow(CopyTalk::outOfTurn);
    boolean tree = asked.tree().orElse(false);
    switch (message.type()) {
      case "header" -> {
        if (!tree) {
          throw outOfTurn();
        }
        waits.value(target.entry(CopyEntries.entry(message, Instant.now())), WITHIN);
      }
      case "end" -> {
        if (!tree) {
          single(asked, target);
        }
        if (!tree || message.last().orElse(false)) {
          finish(target);
        }
      }
      default ->
          throw RefusedException.invalid(
              "type",
              "'type' is '%s'".formatted(Fields.shown(message.type())),
              "Send header or end.");
    }
  }

  private void single(CopyRequest asked, InstanceSessions.CopyIn target) throws IOException {
    boolean directory = asked.isDir().orElse(false);
    long size = spool.isPresent() ? Files.size(spool.orElseThrow()) : 0;
    waits.value(
        target.entry(
            new FileEntry(
                name(asked.guestPath()),
                directory ? FileEntry.Kind.DIRECTORY : FileEntry.Kind.FILE,
                CopyEntries.mode(asked.mode(), directory),
                asked.uid().orElse(0),
                asked.gid().orElse(0),
                Instant.now(),
                size,
                Optional.empty())),
        WITHIN);
    if (spool.isPresent()) {
      try (SeekableByteChannel file = Files.newByteChannel(spool.orElseThrow())) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (file.read(chunk) >= 0) {
          waits.value(target.content(chunk.flip()), WITHIN);
          chunk = ByteBuffer.allocate(CHUNK);
        }
      }
    }
  }

  private void finish(InstanceSessions.CopyIn target) {
    InstanceSessions.CopyResult result = waits.reply(target.end(), WITHIN);
    end.end(CopyMessage.result(result.bytes(), leftOut(result)));
    close();
  }

  private static Optional<String> leftOut(InstanceSessions.CopyResult result) {
    return result.messages().isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("\n", result.messages()));
  }

  @Override
  public void close() {
    end.close();
    into.ifPresent(InstanceSessions.CopyIn::close);
    if (spool.isPresent()) {
      try {
        Files.deleteIfExists(spool.orElseThrow());
      } catch (IOException failure) {
        log.warn("{} is left over", spool.orElseThrow(), failure);
      }
    }
  }
}
