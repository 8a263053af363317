package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;

/// One image, `busybox`, made of the host's own static one.
final class BusyboxImage implements Images {
  private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "b".repeat(64));
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private final ReadyImage image;

  private BusyboxImage(ReadyImage image) {
    this.image = image;
  }

  static Images in(Path directory) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Files.isExecutable(BUSYBOX) || Files.isExecutable(Path.of("/usr/bin/busybox")),
        "SKIPPED: apt-get install busybox-static");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/mkfs.erofs")), "SKIPPED: apt-get install erofs-utils");
    Path rootfs = directory.resolve("busybox.erofs");
    if (!Files.exists(rootfs)) {
      Path tree = Files.createTempDirectory(directory, "busybox");
      Path bin = Files.createDirectory(tree.resolve("bin"));
      for (String name : List.of("tmp", "proc", "sys", "dev", "etc", "run", "root", "usr")) {
        Files.createDirectory(tree.resolve(name));
      }
      Files.copy(Path.of("/usr/bin/busybox"), bin.resolve("busybox"));
      for (String applet :
          List.of(
              "sh",
              "echo",
              "sleep",
              "cat",
              "test",
              "dd",
              "wget",
              "nc",
              "date",
              "hostname",
              "md5sum",
              "head",
              "printf",
              "sync",
              "od",
              "touch",
              "ls",
              "true",
              "kill",
              "env")) {
        Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
      }
      Path unfinished = directory.resolve("busybox.new");
      run("mkfs.erofs", "--quiet", "-T0", "--all-root", unfinished.toString(), tree.toString());
      Files.move(unfinished, rootfs);
    }
    ImageConfig config =
        new ImageConfig(
            List.of(),
            List.of("sh"),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Map.of());
    return new BusyboxImage(new ReadyImage(DIGEST, rootfs, Files.size(rootfs), config));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(command[0] + " ended with " + code);
    }
  }

  @Override
  public CompletionStage<Reply<ReadyImage>> ready(String source, Consumer<ImageView> progress) {
    return CompletableFuture.completedFuture(
        source.equals("busybox") ? Reply.done(image) : Reply.refused(unknown(source)));
  }

  @Override
  public CompletionStage<Reply<ReadyImage>> ready(ImageDigest digest) {
    return CompletableFuture.completedFuture(
        digest.equals(DIGEST) ? Reply.done(image) : Reply.refused(unknown(digest.text())));
  }

  private static Refusal unknown(String name) {
    return Refusal.of(
        RefusalCode.IMAGE_NOT_FOUND, "There is no image " + name + ".", "Use busybox.");
  }

  @Override
  public CompletionStage<Reply<ImageView>> fetch(String source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Reply<ImageView>> find(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<List<ImageView>> list() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Reply<ImageView>> remove(String name, Set<ImageDigest> used) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<List<ImageView>> prune(Set<ImageDigest> used, long keepBytes) {
    throw new UnsupportedOperationException();
  }
}
