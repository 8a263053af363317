package torpor.images;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.images.ImagesUnderTest.await;
import static torpor.images.ImagesUnderTest.done;
import static torpor.images.ImagesUnderTest.ready;
import static torpor.images.ImagesUnderTest.refused;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImagePhase;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.image.ImageView;
import torpor.engine.image.ReadyImage;
import torpor.images.layer.ArchiveLimits;

/// Against a real registry that asks for a password.
class RegistryTest {
  @TempDir Path directory;
  private Path data = Path.of("");
  private Path layout = Path.of("");
  private Optional<TestRegistry> started = Optional.empty();

  @BeforeEach
  void start() throws Exception {
    TestTools.require(
        "skopeo", "umoci", "mkfs.erofs", "fsck.erofs", "docker-registry", "htpasswd", "busybox");
    data = directory.resolve("data");
    layout = SmallImage.make(Files.createDirectory(directory.resolve("made")), "hello");
    started = Optional.of(TestRegistry.start(Files.createDirectory(directory.resolve("reg"))));
    registry().push(layout, SmallImage.TAG, "team/small:1");
  }

  @AfterEach
  void stop() {
    started.ifPresent(TestRegistry::close);
  }

  private TestRegistry registry() {
    return started.orElseThrow();
  }

  private String name(String tag) {
    return registry().address() + "/team/small" + tag;
  }

  private HostImages open(PullPolicy policy) throws Exception {
    return ImagesUnderTest.open(
        ImagesUnderTest.settings(
            data, Optional.of(registry().authFile()), policy, ArchiveLimits.DEFAULT));
  }

  @Test
  void anImageIsPulledConvertedAndKept() throws Exception {
    List<ImageView> seen = new CopyOnWriteArrayList<>();
    ReadyImage image;
    try (HostImages images = open(PullPolicy.MISSING)) {
      image = done(images.ready(name(":1"), seen::add));
      assertThat(image.rootfs()).hasFileName("rootfs.erofs").isRegularFile();
      assertThat(image.bytes()).isEqualTo(Files.size(image.rootfs()));
      assertThat(image.config())
          .isEqualTo(
              new ImageConfig(
                  List.of("/bin/busybox"),
                  List.of("sh"),
                  Map.of("GREETING", "a=b"),
                  Optional.of("/srv"),
                  Optional.of("1000:1001"),
                  Optional.empty(),
                  Set.of("80/tcp"),
                  Map.of("made.by", "test")));
    }
    assertThat(seen).extracting(ImageView::phase).contains(ImagePhase.CONVERTING).isSorted();
    Path root = ImagesUnderTest.extract(image, directory.resolve("out"));
    Path greeting = root.resolve("etc/greeting");
    assertThat(greeting).hasContent("hello");
    assertThat(Files.getAttribute(greeting, "unix:uid")).isEqualTo(1000);
    assertThat(Files.getAttribute(greeting, "unix:gid")).isEqualTo(1001);
    assertThat(Files.getLastModifiedTime(greeting).toInstant()).isEqualTo(SmallImage.OLD);
    assertThat(root.resolve("etc/removed")).doesNotExist();
    assertThat(Files.readSymbolicLink(root.resolve("bin/sh"))).hasToString("/bin/busybox");
    assertThat(Files.exists(root.resolve("bin/ls"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    ImagesUnderTest.assertNothingStaged(data);

    try (HostImages again = open(PullPolicy.MISSING)) {
      registry().close();
      assertThat(ready(again, name(":1"))).isEqualTo(image);
      assertThat(done(again.ready(image.digest()))).isEqualTo(image);
      assertThat(done(again.find(image.digest().hex().substring(0, 12))).lastUsedAt()).isPresent();
    }
  }

  @Test
  void requestsForOneImageJoin() throws Exception {
    try (HostImages images = open(PullPolicy.MISSING)) {
      var first = images.ready(name(":1"), view -> {});
      var second = images.ready(name(":1"), view -> {});
      var other = images.ready(name(":other"), view -> {});
      assertThat(done(images.find(name(":other"))).phase()).isIn(ImagePhase.PENDING);
      assertThat(done(images.find(name(":other"))).queuePosition()).contains(1);
      assertThat(done(first)).isEqualTo(done(second));
      assertThat(refused(other).code()).isEqualTo(RefusalCode.IMAGE_NOT_FOUND);
      assertThat(await(images.list())).hasSize(2);
    }
  }

  @Test
  void withoutAPasswordTheRefusalSaysToLogIn() throws Exception {
    Path nobody = Files.writeString(directory.resolve("nobody.json"), "{}");
    ImageSettings settings =
        ImagesUnderTest.settings(
            data, Optional.of(nobody), PullPolicy.MISSING, ArchiveLimits.DEFAULT);
    try (HostImages images = ImagesUnderTest.open(settings)) {
      Refusal refusal = refused(images.ready(name(":1"), view -> {}));
      assertThat(refusal.code()).isEqualTo(RefusalCode.IMAGE_FAILED);
      assertThat(refusal.remedy()).contains("Log in");
      ImageView view = done(images.find(name(":1")));
      assertThat(view.phase()).isEqualTo(ImagePhase.FAILED);
      assertThat(view.failure()).contains(refusal);
    }
    try (HostImages images = open(PullPolicy.MISSING)) {
      assertThat(done(images.find(name(":1"))).phase()).isEqualTo(ImagePhase.FAILED);
      assertThat(ready(images, name(":1")).bytes()).isPositive();
    }
  }

  @Test
  void aTagThatMovedIsFollowedWhenAskedAndTheOldImageStays() throws Exception {
    try (HostImages images = open(PullPolicy.ALWAYS)) {
      ReadyImage before = ready(images, name(":1"));
      Path other = SmallImage.make(Files.createDirectory(directory.resolve("made2")), "moved");
      registry().push(other, SmallImage.TAG, "team/small:1");
      ReadyImage after = ready(images, name(":1"));
      assertThat(after.digest()).isNotEqualTo(before.digest());
      assertThat(done(images.ready(before.digest()))).isEqualTo(before);
      registry().push(layout, SmallImage.TAG, "team/small:1");
      assertThat(ready(images, name(":1"))).isEqualTo(before);
      assertThat(await(images.list())).hasSize(2);
    }
  }

  @Test
  void aRegistryThatIsGoneIsSaidTogetherWithWhatIsHere() throws Exception {
    try (HostImages images = open(PullPolicy.ALWAYS)) {
      ReadyImage image = ready(images, name(":1"));
      registry().close();
      Refusal refusal = refused(images.ready(name(":1"), view -> {}));
      assertThat(refusal.detail()).contains("connection refused", image.digest().text());
      assertThat(refusal.remedy()).contains(image.digest().text());
      assertThat(ready(images, name("@" + image.digest()))).isEqualTo(image);
      assertThat(ready(images, image.digest().text())).isEqualTo(image);
      assertThat(done(images.find(name(":1"))).phase()).isEqualTo(ImagePhase.READY);
    }
  }

  @Test
  void anImageByDigestIsThatImage() throws Exception {
    try (HostImages images = open(PullPolicy.MISSING)) {
      ReadyImage image = ready(images, name(":1"));
      done(images.remove(name(":1"), Set.of()));
      assertThat(image.rootfs()).doesNotExist();
      assertThat(ready(images, name("@" + image.digest())).digest()).isEqualTo(image.digest());
    }
  }

  @Test
  void aDamagedLayerIsRefusedAndLeavesNothing() throws Exception {
    String manifest = Files.readString(layout.resolve("index.json"));
    String digest = manifest.replaceAll("(?s).*sha256:([0-9a-f]{64}).*", "$1");
    String layers = Files.readString(layout.resolve("blobs/sha256/" + digest));
    String layer = layers.replaceAll("(?s).*\"layers\".*?sha256:([0-9a-f]{64}).*", "$1");
    byte[] bytes = Files.readAllBytes(registry().blob(layer));
    bytes[bytes.length / 2] ^= 1;
    Files.write(registry().blob(layer), bytes);
    try (HostImages images = open(PullPolicy.MISSING)) {
      Refusal refusal = refused(images.ready(name(":1"), view -> {}));
      assertThat(refusal.code()).isEqualTo(RefusalCode.IMAGE_FAILED);
      assertThat(done(images.find(name(":1"))).digest()).isEmpty();
    }
    ImagesUnderTest.assertNothingStaged(data);
    try (var kept = Files.list(data.resolve("images/sha256"))) {
      assertThat(kept).isEmpty();
    }
  }

  @Test
  void anIndexOfSeveralPlatformsGivesOurs() throws Exception {
    String foreign = registry().address() + "/team/many:1";
    Path made = ManyPlatforms.make(layout, directory.resolve("many"));
    TestTools.run(
        "skopeo",
        "copy",
        "--all",
        "--dest-tls-verify=false",
        "--dest-authfile",
        registry().authFile().toString(),
        "oci:" + made + ":many",
        "docker://" + foreign);
    try (HostImages images = open(PullPolicy.MISSING)) {
      assertThat(ready(images, foreign).digest()).isEqualTo(ready(images, name(":1")).digest());
    }
  }
}
