package torpor.runtime.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.failed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.machine.MachineFailure;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.memory.Layer;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.upkeep.Packed;
import torpor.runtime.qemu.upkeep.UpkeepSettings.Compression;

/// Real machines, frozen and let go on.
class SnapshotTest extends RealMachines {
  /// Fills memory that is kept (a tmpfs) and a file on the disk with the same words.
  private static final String WRITE = "echo %s >> /dev/shm/words; echo %s >> /words; sync";

  private static final String READ = "cat /dev/shm/words; echo =; cat /words";

  private static String words(String... words) {
    String lines = String.join("\n", words);
    return lines + "\n=\n" + lines;
  }

  @Test
  void everyCycleOfStandbyAndRestoreKeepsWhatWasWritten() throws IOException {
    MachineHandle handle = start(ONE);
    String[] written = new String[20];
    for (int cycle = 1; cycle <= written.length; cycle++) {
      written[cycle - 1] = "word" + cycle;
      ask(ONE, WRITE.formatted("word" + cycle, "word" + cycle));
      snapshot(ONE, cycle, handle, cycle, false);
      answered(runtime().release(ONE, new Generation(cycle)));
      handle = restore(ONE, cycle + 1, snapshots(ONE).resolve("" + cycle));
    }

    assertThat(ask(ONE, READ)).isEqualTo(words(written));
    assertThat(endings.untaken()).isEmpty();
  }

  @Test
  void aMachineGoesOnAndWhatItDoesThenIsNotInTheSnapshot() throws IOException {
    MachineHandle handle = start(ONE);
    ask(ONE, WRITE.formatted("before", "before"));
    snapshot(ONE, 1, handle, 1, true);
    ask(ONE, WRITE.formatted("after", "after"));
    Map<String, Long> digests = digests(snapshots(ONE).resolve("1"));
    snapshot(ONE, 1, handle, 2, true);
    ask(ONE, WRITE.formatted("later", "later"));
    assertThat(ask(ONE, READ)).isEqualTo(words("before", "after", "later"));
    kill(ONE, 1);

    restore(TWO, 1, snapshots(ONE).resolve("1"));
    restore(THREE, 1, snapshots(ONE).resolve("2"));

    assertThat(ask(TWO, READ)).isEqualTo(words("before"));
    assertThat(ask(THREE, READ)).isEqualTo(words("before", "after"));
    assertThat(digests(snapshots(ONE).resolve("1"))).isEqualTo(digests);
  }

  @Test
  void anIncrementIsAsLargeAsWhatChanged() throws IOException {
    MachineHandle handle = start(ONE);
    snapshot(ONE, 1, handle, 1, true);
    ask(ONE, "head -c 8388608 /dev/urandom > /dev/shm/noise");

    SnapshotFacts second = snapshot(ONE, 1, handle, 2, true);

    assertThat(second.parent()).isPresent();
    assertThat(second.bytes()).isBetween(8L << 20, (10L << 20) + (2L << 20));
  }

  @Test
  void aSnapshotOutlivesTheOneItSharesLayersWith() throws IOException {
    MachineHandle handle = start(ONE);
    ask(ONE, WRITE.formatted("one", "one"));
    snapshot(ONE, 1, handle, 1, true);
    ask(ONE, WRITE.formatted("two", "two"));
    snapshot(ONE, 1, handle, 2, false);
    kill(ONE, 1);
    FileTrees.delete(snapshots(ONE).resolve("1"));

    restore(ONE, 2, snapshots(ONE).resolve("2"));

    assertThat(ask(ONE, READ)).isEqualTo(words("one", "two"));
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void packedSnapshotsAreRestoredAndGoneOnFrom(Compression compression)
      throws IOException, NoSuchAlgorithmException {
    MachineHandle handle = start(ONE);
    ask(ONE, WRITE.formatted("one", "one"));
    ask(
        ONE,
        "busybox seq 1 10000 > /dev/shm/one;"
            + " for i in $(busybox seq 200); do cat /dev/shm/one; done > /dev/shm/numbers");
    long raw = snapshot(ONE, 1, handle, 1, true).bytes();
    ask(ONE, WRITE.formatted("two", "two"));
    snapshot(ONE, 1, handle, 2, false);
    kill(ONE, 1);

    Path second = snapshots(ONE).resolve("2");
    long frozen = Packed.memory(second);
    Packed.now(snapshots(ONE), compression);

    assertThat(SnapshotDirectory.manifest(second).layers())
        .hasSize(2)
        .allMatch(layer -> layer.startsWith("packed-"));
    assertThat(Packed.memory(second)).isEqualTo(frozen);
    assertThat(layerBytes(second)).isLessThan(raw * 6 / 10);
    MachineHandle again = restore(ONE, 2, second);
    ask(ONE, WRITE.formatted("three", "three"));
    SnapshotFacts third = snapshot(ONE, 2, again, 3, false);
    kill(ONE, 2);
    assertThat(third.parent()).isPresent();
    assertThat(third.bytes()).isLessThan(raw);
    restore(TWO, 1, snapshots(ONE).resolve("1"));
    restore(THREE, 1, snapshots(ONE).resolve("3"));
    assertThat(ask(TWO, READ)).isEqualTo(words("one"));
    assertThat(ask(THREE, READ)).isEqualTo(words("one", "two", "three"));
    String numbers =
        IntStream.rangeClosed(1, 10_000).mapToObj(number -> number + "\n").collect(joining());
    assertThat(ask(THREE, "md5sum < /dev/shm/numbers")).startsWith(md5(numbers.repeat(200)));
  }

  private static String md5(String text) throws NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(US_ASCII));
    return HexFormat.of().formatHex(digest);
  }

  private static long layerBytes(Path snapshot) throws IOException {
    long bytes = 0;
    for (String layer : SnapshotDirectory.manifest(snapshot).layers()) {
      bytes += Files.size(snapshot.resolve(layer + ".pages"));
    }
    return bytes;
  }

  @Test
  void manyCheckpointsDoNotMakeChainsEndless() throws IOException {
    MachineHandle handle = start(ONE);
    String[] written = new String[60];
    for (int number = 1; number <= written.length; number++) {
      written[number - 1] = "word" + number;
      ask(ONE, WRITE.formatted("word" + number, "word" + number));
      snapshot(ONE, 1, handle, number, true);
      Manifest manifest = SnapshotDirectory.manifest(snapshots(ONE).resolve("" + number));
      assertThat(manifest.layers()).hasSizeLessThanOrEqualTo(16);
      assertThat(manifest.disk()).hasSizeLessThan(66);
    }
    kill(ONE, 1);

    for (int number : List.of(60, 31, 8)) {
      answered(runtime().check(snapshots(ONE).resolve("" + number)));
      restore(TWO, number, snapshots(ONE).resolve("" + number));
      assertThat(ask(TWO, READ)).isEqualTo(words(Arrays.copyOf(written, number)));
      kill(TWO, number);
    }
  }

  /// Raw, at most 1.02 of the pages that are not zero; what a piece of memory costs is itself.
  @Test
  void whatIsStoredIsWhatTheMachineHasOfItsOwn() throws IOException {
    MachineHandle handle = start(ONE);
    ask(ONE, "head -c 20971520 /dev/urandom > /dev/shm/noise");
    snapshot(ONE, 1, handle, 1, true);
    ask(ONE, "head -c 8388608 /dev/urandom > /dev/shm/more");
    snapshot(ONE, 1, handle, 2, false);
    kill(ONE, 1);
    Path second = snapshots(ONE).resolve("2");
    Manifest manifest = SnapshotDirectory.manifest(second);

    for (String layer : manifest.layers()) {
      LayerFiles files = LayerFiles.in(second, layer);
      try (Layer open = Layer.open(files)) {
        assertThat(Files.size(files.pages()) + Files.size(files.index()))
            .isLessThanOrEqualTo(open.index().bytes() * 102 / 100);
      }
    }
    assertThat(Files.size(second.resolve(manifest.layers().getLast() + ".pages")))
        .isLessThanOrEqualTo((8L << 20) * 5 / 4 + (2L << 20));
  }

  @Test
  void forksDiffer() throws IOException {
    MachineHandle handle = start(ONE);
    snapshot(ONE, 1, handle, 1, false);
    kill(ONE, 1);
    Path frozen = snapshots(ONE).resolve("1");

    restore(TWO, 1, frozen);
    restore(THREE, 1, frozen);

    for (String what :
        List.of(
            "head -c 16 /dev/urandom | od -An -tx1",
            "hostname",
            "cat /etc/hostname",
            "cat /etc/machine-id")) {
      assertThat(ask(TWO, what)).as(what).isNotEqualTo(ask(THREE, what));
    }
    for (JobId fork : List.of(TWO, THREE)) {
      assertThat(clockDifference(fork)).isLessThan(Duration.ofMillis(500));
    }
  }

  /// How far a machine's clock is outside of the time in which it was asked for it.
  private Duration clockDifference(JobId job) {
    Instant before = Instant.now();
    // The date of a file has a fraction of the second; busybox's own date has none.
    String[] said = ask(job, "touch /dev/shm/now; busybox stat -c %y /dev/shm/now").split(" ", -1);
    Instant after = Instant.now();
    Instant guest = Instant.parse(said[0] + "T" + said[1] + "Z");
    return guest.isBefore(before)
        ? Duration.between(guest, before)
        : guest.isAfter(after) ? Duration.between(after, guest) : Duration.ZERO;
  }

  @Test
  void damageIsRefusedByNameAndLeavesNothing() throws IOException {
    MachineHandle handle = start(ONE);
    ask(ONE, "head -c 3000000 /dev/urandom > /dev/shm/noise");
    snapshot(ONE, 1, handle, 1, false);
    kill(ONE, 1);
    Path frozen = snapshots(ONE).resolve("1");
    Manifest manifest = SnapshotDirectory.open(frozen);
    String layer = manifest.layers().getLast() + ".pages";

    for (String name : List.of("state", "base.pages", layer, "base.index", "config")) {
      Path file = frozen.resolve(name);
      Path hidden = Files.move(file, data.resolve("hidden"));
      assertRefused(frozen, name);
      Files.write(file, new byte[0]);
      assertRefused(frozen, name);
      Files.delete(file);
      Files.move(hidden, file);
    }
    String disk = manifest.disk().getLast().name();
    for (String name : List.of("state", layer, "base.pages", disk)) {
      flip(frozen.resolve(name));
      assertRefused(frozen, "not what was written");
      flip(frozen.resolve(name));
    }
    restore(TWO, 1, frozen);
    assertThat(ask(TWO, "echo well")).isEqualTo("well");
  }

  /// One bit in the middle; doing it twice changes nothing.
  private static void flip(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      long middle = open.length() / 2;
      open.seek(middle);
      int before = open.read();
      open.seek(middle);
      open.write(before ^ 0x10);
    }
  }

  private void assertRefused(Path frozen, String named) {
    MachineFailure failure = failed(runtime().restore(restoreOf(TWO, 1, frozen)));

    assertThat(failure.kind()).isEqualTo(MachineFailure.Kind.SNAPSHOT);
    assertThat(failure.refusal().detail()).contains(named);
    assertThat(answered(runtime().sweep(java.util.Set.of()))).isZero();
    assertThat(directory(TWO).resolve("vm").resolve("1")).doesNotExist();
  }

  @Test
  void aSnapshotThatCannotBeWrittenLeavesTheMachineRunning() throws IOException {
    MachineHandle handle = start(ONE);
    ask(ONE, WRITE.formatted("one", "one"));
    Path staging = Files.createDirectories(snapshots(ONE).resolve("1"));
    Files.createDirectory(staging.resolve("state"));

    MachineFailure failure =
        failed(
            runtime()
                .snapshot(
                    new torpor.engine.machine.SnapshotTarget(
                        ONE,
                        new Generation(1),
                        handle,
                        torpor.core.snapshot.SnapshotNumber.FIRST,
                        staging,
                        java.util.Optional.empty(),
                        false)));

    assertThat(failure.machineLost()).isFalse();
    assertThat(ask(ONE, READ)).isEqualTo(words("one"));
  }

  /// Of every file but the blank disk, which is large and has nothing on it.
  private static Map<String, Long> digests(Path directory) throws IOException {
    Map<String, Long> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> !path.toString().endsWith(".ext4")).toList()) {
        CRC32C crc = new CRC32C();
        try (InputStream contents = new CheckedInputStream(Files.newInputStream(file), crc)) {
          contents.transferTo(OutputStream.nullOutputStream());
        }
        digests.put(file.getFileName().toString(), crc.getValue());
      }
    }
    assertThat(digests).containsKey("state");
    return digests;
  }
}
