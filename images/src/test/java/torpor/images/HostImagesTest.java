package torpor.images;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.images.ImagesUnderTest.await;
import static torpor.images.ImagesUnderTest.done;
import static torpor.images.ImagesUnderTest.ready;
import static torpor.images.ImagesUnderTest.refused;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.image.ImageDigest;
import torpor.core.image.ImagePhase;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.engine.image.ReadyImage;
import torpor.images.digest.Sha256;
import torpor.images.layer.ArchiveLimits;
import torpor.images.layer.Tars;
import torpor.images.source.Platform;
import torpor.images.tool.MkfsErofs.Compression;
import torpor.images.tool.ToolBox;

class HostImagesTest {
  @TempDir Path directory;
  private Path data = Path.of("");

  @BeforeEach
  void prepare() {
    data = directory.resolve("data");
  }

  private HostImages open() {
    return ImagesUnderTest.open(ImagesUnderTest.settings(data));
  }

  private Path rootTar(String content) throws Exception {
    byte[] tar = new Tars().directory("etc/").file("etc/greeting", content).bytes();
    return Files.write(directory.resolve("root-" + content + ".tar.gz"), Tars.gzip(tar));
  }

  private static String checksum(Path file) throws Exception {
    return "#sha256=" + Sha256.of(Files.readAllBytes(file)).hex();
  }

  @Test
  void aTarOfARootFileSystemBecomesAnImage() throws Exception {
    TestTools.require("umoci", "mkfs.erofs", "fsck.erofs");
    Path tar = rootTar("hello");
    try (HostImages images = open()) {
      ReadyImage image = ready(images, "rootfs:" + tar + checksum(tar));
      assertThat(image.digest()).isEqualTo(Sha256.of(Files.readAllBytes(tar)));
      Path root = ImagesUnderTest.extract(image, directory.resolve("out"));
      assertThat(root.resolve("etc/greeting")).hasContent("hello");
      Refusal wrong =
          refused(images.ready("rootfs:" + tar + "#sha256=" + "0".repeat(64), view -> {}));
      assertThat(wrong.detail()).contains("checksum", "0".repeat(64));
      assertThat(refused(images.ready("rootfs:/no/such/file", view -> {})).detail())
          .contains("/no/such/file");
    }
    ImagesUnderTest.assertNothingStaged(data);
  }

  @Test
  void archivesOfDockerAndOciGiveTheImageThatIsInThem() throws Exception {
    TestTools.require("skopeo", "umoci", "mkfs.erofs", "busybox");
    Path layout = SmallImage.make(Files.createDirectory(directory.resolve("made")), "hello");
    String oci = "oci:" + layout + ":" + SmallImage.TAG;
    Path ociArchive = directory.resolve("oci.tar");
    Path dockerArchive = directory.resolve("docker.tar");
    TestTools.run("skopeo", "copy", oci, "oci-archive:" + ociArchive + ":x");
    TestTools.run("skopeo", "copy", oci, "docker-archive:" + dockerArchive + ":x:1");
    try (HostImages images = open()) {
      ReadyImage image = ready(images, oci);
      assertThat(ready(images, "oci-archive:" + ociArchive)).isEqualTo(image);
      ReadyImage docker = ready(images, "docker-archive:" + dockerArchive);
      assertThat(docker.config()).isEqualTo(image.config());
      Path broken = Files.writeString(directory.resolve("broken.tar"), "no tar");
      assertThat(refused(images.ready("docker-archive:" + broken, view -> {})).code())
          .isEqualTo(RefusalCode.IMAGE_FAILED);
    }
    ImagesUnderTest.assertNothingStaged(data);
  }

  @Test
  void aDiskImageIsTakenAsItIsAndOthersAreRefusedByKind() throws Exception {
    TestTools.require("mkfs.erofs", "mke2fs");
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.createDirectory(root.resolve("etc"));
    Path erofs = directory.resolve("a.erofs");
    TestTools.run("mkfs.erofs", erofs.toString(), root.toString());
    Path ext4 = directory.resolve("a.ext4");
    TestTools.run("mke2fs", "-q", "-t", "ext4", "-d", root.toString(), ext4.toString(), "4M");
    byte[] qcow = new byte[4096];
    System.arraycopy(new byte[] {'Q', 'F', 'I', (byte) 0xfb}, 0, qcow, 0, 4);
    Path other = Files.write(directory.resolve("a.qcow2"), qcow);
    try (HostImages images = open()) {
      ReadyImage first = ready(images, "disk:" + erofs);
      assertThat(first.rootfs()).hasFileName("rootfs.erofs").hasSameBinaryContentAs(erofs);
      assertThat(ready(images, "disk:" + ext4).rootfs()).hasFileName("rootfs.ext4");
      Refusal refusal = refused(images.ready("disk:" + other, view -> {}));
      assertThat(refusal.detail()).contains("qcow2");
      assertThat(refusal.remedy()).contains("qemu-img convert");
    }
  }

  @Test
  void whatIsUsedStaysAndTheLongestUnusedGoesFirst() throws Exception {
    TestTools.require("umoci", "mkfs.erofs");
    try (HostImages images = open()) {
      String first = "rootfs:" + rootTar("first");
      ReadyImage one = ready(images, first);
      ReadyImage two = ready(images, "rootfs:" + rootTar("second"));
      ReadyImage three = ready(images, "rootfs:" + rootTar("third"));
      done(images.ready(one.digest()));

      assertThat(refused(images.remove(first, Set.of(one.digest()))).code())
          .isEqualTo(RefusalCode.IMAGE_IN_USE);
      List<ImageView> pruned = await(images.prune(Set.of(two.digest()), 2 * one.bytes()));
      assertThat(pruned).extracting(ImageView::digest).containsExactly(Optional.of(three.digest()));
      assertThat(three.rootfs()).doesNotExist();
      assertThat(await(images.prune(Set.of(), 0))).hasSize(2);
      assertThat(await(images.list())).isEmpty();
      assertThat(refused(images.ready(one.digest())).code()).isEqualTo(RefusalCode.IMAGE_NOT_FOUND);
    }
  }

  /// A server that sends the beginning of a file and then nothing.
  private record Stalling(HttpServer server, CountDownLatch asked) implements AutoCloseable {
    static Stalling start() throws Exception {
      CountDownLatch asked = new CountDownLatch(1);
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            asked.countDown();
          });
      server.start();
      return new Stalling(server, asked);
    }

    String source() {
      return "rootfs:http://127.0.0.1:%d/a.tar#sha256=%s"
          .formatted(server.getAddress().getPort(), "0".repeat(64));
    }

    void awaitRequest() throws InterruptedException {
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void aFetchThatADaemonLeftOpenIsListedAsInterrupted() throws Exception {
    try (Stalling server = Stalling.start()) {
      CompletionStage<Reply<ReadyImage>> asked;
      try (HostImages images = open()) {
        asked = images.ready(server.source(), view -> {});
        server.awaitRequest();
      }
      assertThat(refused(asked).code()).isEqualTo(RefusalCode.STOPPING);
      try (HostImages images = open()) {
        ImageView view = done(images.find(server.source()));
        assertThat(view.phase()).isEqualTo(ImagePhase.FAILED);
        assertThat(view.failure().orElseThrow().detail()).contains("interrupted by a restart");
        assertThat(done(images.fetch(server.source())).phase()).isEqualTo(ImagePhase.PULLING);
      }
    }
    ImagesUnderTest.assertNothingStaged(data);
  }

  @Test
  void removingAnImageEndsItsFetchAndTheNextInLineBegins() throws Exception {
    TestTools.require("umoci", "mkfs.erofs");
    try (Stalling server = Stalling.start();
        HostImages images = open()) {
      var stalled = images.ready(server.source(), view -> {});
      String next = "rootfs:" + rootTar("next");
      assertThat(done(images.fetch(next)).queuePosition()).contains(1);
      server.awaitRequest();
      done(images.remove(server.source(), Set.of()));
      assertThat(refused(stalled).detail()).contains("removed");
      assertThat(ready(images, next).bytes()).isPositive();
      assertThat(await(images.list())).extracting(ImageView::name).containsExactly(next);
    }
  }

  @Test
  void limitsAreHeldAndLeaveNothing() throws Exception {
    TestTools.require("umoci", "mkfs.erofs");
    Path tar = rootTar("x".repeat(20_000).substring(0, 100));
    ArchiveLimits small = ImagesUnderTest.limits(all -> new long[] {all[0], 50, all[2]});
    ArchiveLimits tiny = ImagesUnderTest.limits(all -> new long[] {10, all[1], all[2]});
    for (ArchiveLimits limits : List.of(small, tiny)) {
      ImageSettings settings =
          ImagesUnderTest.settings(data, Optional.empty(), PullPolicy.MISSING, limits);
      try (HostImages images = ImagesUnderTest.open(settings)) {
        assertThat(refused(images.ready("rootfs:" + tar, view -> {})).detail())
            .contains("larger than");
      }
      ImagesUnderTest.assertNothingStaged(data);
    }
  }

  @Test
  void aFullDiskIsSaidAndNothingIsLeft() throws Exception {
    TestTools.require("umoci", "mkfs.erofs", "mount");
    Path small = Files.createDirectory(directory.resolve("small"));
    TestTools.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString());
    try {
      byte[] tar = new Tars().file("large", "x".repeat(1_500_000)).bytes();
      Path file = Files.write(directory.resolve("large.tar"), Tars.gzip(tar));
      try (HostImages images = ImagesUnderTest.open(ImagesUnderTest.settings(small))) {
        Refusal refusal = refused(images.ready("rootfs:" + file, view -> {}));
        assertThat(refusal.code()).isEqualTo(RefusalCode.NO_SPACE);
        assertThat(done(images.find("rootfs:" + file)).phase()).isEqualTo(ImagePhase.FAILED);
      }
      ImagesUnderTest.assertNothingStaged(small);
      assertThat(small.resolve("images/sha256")).isEmptyDirectory();
    } finally {
      TestTools.run("umount", small.toString());
    }
  }

  @Test
  void withoutToolsTheRefusalNamesThePackage() throws Exception {
    ImageSettings settings =
        new ImageSettings(
            data.resolve("images"),
            data.resolve("tmp"),
            Platform.LINUX_AMD64,
            PullPolicy.MISSING,
            Optional.empty(),
            Set.of(),
            Compression.NONE,
            1,
            ArchiveLimits.DEFAULT,
            new ToolBox(List.of()));
    try (HostImages images = ImagesUnderTest.open(settings)) {
      Refusal refusal = refused(images.ready("localhost:1/a", view -> {}));
      assertThat(refusal.remedy()).contains("apt-get install skopeo");
      assertThat(images.problems().toString())
          .contains("apt-get install skopeo", "install umoci", "install erofs-utils");
    }
  }

  @Test
  void whatIsNotHereIsNotFound() throws Exception {
    try (HostImages images = open()) {
      assertThat(refused(images.find("nginx")).code()).isEqualTo(RefusalCode.IMAGE_NOT_FOUND);
      assertThat(refused(images.find("0123456789ab")).code())
          .isEqualTo(RefusalCode.IMAGE_NOT_FOUND);
      assertThat(refused(images.find("a b")).field()).contains("image");
      assertThat(refused(images.fetch("sha256:" + "0".repeat(64))).code())
          .isEqualTo(RefusalCode.IMAGE_NOT_FOUND);
      assertThat(refused(images.ready(new ImageDigest("sha256:" + "0".repeat(64)))).code())
          .isEqualTo(RefusalCode.IMAGE_NOT_FOUND);
    }
  }
}
