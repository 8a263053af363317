package torpor.api.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.VolumeContent;

/// A body that is worked on, by an engine that counts its bytes.
@Timeout(60)
class UploadTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Refusal REFUSED = Refusal.of(RefusalCode.NAME_TAKEN, "taken", "Another.");
  private final Waits waits = new Waits(Duration.ofMillis(50));
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private CompletionStage<Void> abandoned = new CompletableFuture<>();

  /// One byte.
  @FunctionalInterface
  private interface Source {
    int next() throws IOException;
  }

  /// Sends byte by byte, without end.
  private static final class Trickle extends InputStream {
    private final Source bytes;

    private Trickle(Source bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      return bytes.next();
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      into[from] = (byte) bytes.next();
      return 1;
    }
  }

  private CompletionStage<Reply<Long>> counted(VolumeContent.Archive archive) {
    abandoned = archive.abandoned();
    CompletableFuture<Reply<Long>> reply = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            reply.complete(Reply.done(archive.tar().transferTo(OutputStream.nullOutputStream())));
          } catch (IOException cut) {
            failed.complete(cut);
            reply.complete(Reply.refused(REFUSED));
          }
        });
    return reply;
  }

  private boolean isAbandoned() {
    return abandoned.toCompletableFuture().isDone();
  }

  @Test
  void allOfTheBodyArrives() {
    int size = 3 << 20;
    Upload upload = new Upload(new ByteArrayInputStream(new byte[size]), LONG);
    assertThat(upload.answered(this::counted, waits)).isEqualTo(size);
    assertThat(failed).isNotDone();
  }

  @Test
  void aBodyThatIsCutOffEndsTheWork() {
    InputStream cut =
        new Trickle(() -> {
          throw new IOException("the client is gone");
        });
    assertThatThrownBy(() -> new Upload(cut, LONG).answered(this::counted, waits))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("ended before it was complete");
    assertThat(failed).isDone();
    assertThat(isAbandoned()).isTrue();
  }

  @Test
  void theDeadlineEndsABodyThatTrickles() {
    Upload upload = new Upload(new Trickle(() -> 1), Duration.ofMillis(300));
    assertThatThrownBy(() -> upload.answered(this::counted, waits))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("did not arrive");
    assertThat(failed).isDone();
    assertThat(isAbandoned()).isTrue();
  }

  @Test
  void theDeadlineEndsWorkThatGoesOnAfterTheBody() {
    CompletableFuture<Reply<Long>> working = new CompletableFuture<>();
    Upload upload = new Upload(InputStream.nullInputStream(), Duration.ofMillis(100));
    assertThatThrownBy(() ->
            upload.<Long>answered(
                archive -> {
                  abandoned = archive.abandoned();
                  var _ = abandoned.thenRun(() -> working.complete(Reply.refused(REFUSED)));
                  return working;
                },
                waits))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("did not answer");
    assertThat(working).isDone();
  }

  @Test
  void theEndOfTheServerEndsTheWork() {
    InputStream waiting =
        new Trickle(() -> {
          waits.stop();
          return 1;
        });
    assertThatThrownBy(() -> new Upload(waiting, LONG).answered(this::counted, waits))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.refusal().code()).isEqualTo(RefusalCode.STOPPING));
    assertThat(failed.join()).hasMessageContaining("the request ended");
    assertThat(isAbandoned()).isTrue();
  }

  @Test
  void whatIsRefusedAtOnceIsNotWaitedFor() {
    InputStream never =
        new Trickle(() -> {
          throw new UncheckedIOException(new IOException("nobody reads this"));
        });
    assertThatThrownBy(() ->
            new Upload(never, LONG)
                .answered(
                    _ -> CompletableFuture.completedFuture(Reply.<Long>refused(REFUSED)), waits))
        .isInstanceOfSatisfying(
            RefusedException.class, refused -> assertThat(refused.refusal()).isEqualTo(REFUSED));
  }

  @Test
  void anEngineThatStopsReadingDoesNotHoldUpItsAnswer() {
    Upload upload = new Upload(new Trickle(() -> 1), LONG);
    assertThatThrownBy(() ->
            upload.<Long>answered(
                archive ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          try {
                            assertThat(archive.tar().read()).isOne();
                          } catch (IOException cut) {
                            throw new UncheckedIOException(cut);
                          }
                          return Reply.refused(REFUSED);
                        },
                        work -> Thread.ofVirtual().start(work)),
                waits))
        .isInstanceOfSatisfying(
            RefusedException.class, refused -> assertThat(refused.refusal()).isEqualTo(REFUSED));
  }
}
