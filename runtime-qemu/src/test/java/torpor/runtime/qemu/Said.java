package torpor.runtime.qemu;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.engine.caller.InstanceSessions.Output;
import torpor.engine.caller.InstanceSessions.Source;

/// What a program has written.
final class Said implements Output {
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final CompletableFuture<Void> heard = new CompletableFuture<>();
  private String awaited = "";

  @Override
  public synchronized CompletionStage<Void> write(Source source, ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    stream(source).writeBytes(copy);
    listen();
    return DONE;
  }

  private ByteArrayOutputStream stream(Source source) {
    return source == Source.STDOUT ? output : errors;
  }

  private void listen() {
    if (!awaited.isEmpty() && text(Source.STDOUT).contains(awaited)) {
      heard.complete(null);
    }
  }

  /// Completes when standard output holds this.
  synchronized CompletionStage<Void> untilSaid(String words) {
    awaited = words;
    listen();
    return heard;
  }

  synchronized byte[] bytes(Source source) {
    return stream(source).toByteArray();
  }

  String text(Source source) {
    return new String(bytes(source), StandardCharsets.UTF_8);
  }
}
