package torpor.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.image.ReadyImage;
import torpor.images.layer.ArchiveLimits;
import torpor.images.source.Platform;
import torpor.images.tool.MkfsErofs.Compression;

/// Settings for tests, and waiting with a deadline.
final class ImagesUnderTest {
  private ImagesUnderTest() {}

  static ImageSettings settings(Path data) {
    return settings(data, Optional.empty(), PullPolicy.MISSING, ArchiveLimits.DEFAULT);
  }

  static ImageSettings settings(
      Path data, Optional<Path> authFile, PullPolicy policy, ArchiveLimits limits) {
    return new ImageSettings(
        data.resolve("images"),
        data.resolve("tmp"),
        Platform.LINUX_AMD64,
        policy,
        authFile,
        Set.of(),
        Compression.NONE,
        1,
        limits,
        TestTools.TOOLS);
  }

  static ArchiveLimits limits(UnaryOperator<long[]> change) {
    ArchiveLimits all = ArchiveLimits.DEFAULT;
    long[] now = change.apply(new long[] {all.downloadBytes(), all.unpackedBytes(), all.entries()});
    return new ArchiveLimits(
        now[0], now[1], now[2], all.pathBytes(), all.layers(), all.documentBytes(), all.deadline());
  }

  static HostImages open(ImageSettings settings) {
    return HostImages.open(settings, InstantSource.system());
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(90, TimeUnit.SECONDS);
  }

  static <T> T done(CompletionStage<Reply<T>> stage) throws Exception {
    return switch (await(stage)) {
      case Reply.Done<T>(T value) -> value;
      case Reply.Refused<T>(Refusal refusal) -> throw new AssertionError(refusal);
    };
  }

  static <T> Refusal refused(CompletionStage<Reply<T>> stage) throws Exception {
    return switch (await(stage)) {
      case Reply.Done<T>(T value) -> throw new AssertionError("not refused: " + value);
      case Reply.Refused<T>(Refusal refusal) -> refusal;
    };
  }

  static ReadyImage ready(HostImages images, String source) throws Exception {
    return done(images.ready(source, view -> {}));
  }

  /// Lists a directory of a root file system as `fsck.erofs` sees it, in a directory of its own.
  static Path extract(ReadyImage image, Path target) throws IOException, InterruptedException {
    TestTools.run("fsck.erofs", "--extract=" + target, "--preserve", image.rootfs().toString());
    return target;
  }

  static void assertNothingStaged(Path data) throws IOException {
    try (var left = Files.list(data.resolve("tmp"))) {
      Assertions.assertThat(left).isEmpty();
    }
  }
}
