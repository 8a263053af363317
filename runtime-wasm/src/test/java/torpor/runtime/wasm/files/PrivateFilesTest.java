package torpor.runtime.wasm.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.runtime.wasm.wasi.DirectoryNode;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileNode;

class PrivateFilesTest {
  private static final long QUOTA = 8 << 20;

  @TempDir Path root;
  private int generation;

  private PrivateFiles empty() throws IOException {
    return PrivateFiles.empty(root.resolve("live"), QUOTA, Clock.systemUTC());
  }

  /// Freezes, and comes back as another process would.
  private PrivateFiles again(PrivateFiles files) throws IOException {
    Path snapshot = Files.createDirectories(root.resolve("snapshot-" + ++generation));
    byte[] table = freeze(files, snapshot);
    files.close();
    return thaw(table, snapshot);
  }

  private static byte[] freeze(PrivateFiles files, Path snapshot) throws IOException {
    for (PrivateFiles.SealedSegment segment : files.seal()) {
      Files.createLink(snapshot.resolve(segment.fileName()), segment.path());
    }
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    files.write(new DataOutputStream(table));
    return table.toByteArray();
  }

  private PrivateFiles thaw(byte[] table, Path snapshot) throws IOException {
    return PrivateFiles.restored(
        new DataInputStream(new ByteArrayInputStream(table)),
        snapshot,
        root.resolve("live"),
        QUOTA,
        Clock.systemUTC());
  }

  private static byte[] content(FileNode file) {
    byte[] bytes = new byte[(int) file.stat().size()];
    assertThat(file.read(0, bytes, 0, bytes.length)).isEqualTo(bytes.length);
    return bytes;
  }

  private static FileNode file(PrivateFiles files, String name) {
    return (FileNode) files.root().child(name).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 20_251_120})
  void behavesAsAMapOfArraysWhateverIsFrozenAndRestoredInBetween(long seed) throws IOException {
    Random random = new Random(seed);
    PrivateFiles files = empty();
    Map<String, byte[]> model = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      String name = "f" + random.nextInt(6);
      act(random, files.root(), model, name);
      if (random.nextInt(25) == 0) {
        files = again(files);
      } else if (random.nextInt(10) == 0) {
        var _ = files.seal();
      }
    }
    assertThat(files.root().names()).isEqualTo(model.keySet().stream().toList());
    for (Map.Entry<String, byte[]> entry : model.entrySet()) {
      assertThat(content(file(files, entry.getKey())))
          .as("%s, seed %d", entry.getKey(), seed)
          .isEqualTo(entry.getValue());
    }
    for (String name : files.root().names()) {
      files.root().removeFile(name);
    }
    assertThat(files.usedBytes()).isZero();
    var _ = files.seal();
    assertThat(files.segmentBytes()).isZero();
    files.close();
  }

  private static void act(
      Random random, DirectoryNode root, Map<String, byte[]> model, String name) {
    FileNode file = (FileNode) root.child(name).orElse(null);
    if (file == null) {
      root.createFile(name);
      model.put(name, new byte[0]);
      return;
    }
    byte[] before = Objects.requireNonNull(model.get(name));
    switch (random.nextInt(8)) {
      case 0 -> {
        root.removeFile(name);
        model.remove(name);
      }
      case 1 -> {
        String other = "f" + random.nextInt(6);
        root.rename(name, root, other);
        model.remove(name);
        model.put(other, before);
      }
      case 2 -> {
        int size = random.nextInt(100_000);
        file.resize(size);
        model.put(name, Arrays.copyOf(before, size));
      }
      default -> {
        byte[] data = new byte[random.nextInt(40_000)];
        random.nextBytes(data);
        int at = random.nextInt(before.length + 20_000);
        file.write(at, data, 0, data.length);
        int size = data.length == 0 ? before.length : Math.max(before.length, at + data.length);
        byte[] after = Arrays.copyOf(before, size);
        System.arraycopy(data, 0, after, Math.min(at, size - data.length), data.length);
        model.put(name, after);
      }
    }
  }

  @Test
  void whatIsWrittenAfterASnapshotIsNotInIt() throws IOException {
    PrivateFiles files = empty();
    FileNode file = files.root().createFile("a");
    file.write(0, new byte[] {1, 2, 3}, 0, 3);
    Path snapshot = Files.createDirectories(root.resolve("kept"));
    byte[] table = freeze(files, snapshot);
    file.write(1, new byte[] {9, 9, 9}, 0, 3);
    files.root().createFile("b");
    files.close();
    try (PrivateFiles back = thaw(table, snapshot)) {
      assertThat(back.root().names()).containsExactly("a");
      assertThat(content(file(back, "a"))).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aRemovedFileLivesAsLongAsSomebodyHasItOpenAlsoAcrossARestore() throws IOException {
    PrivateFiles files = empty();
    FileNode file = files.root().createFile("a");
    file.opened();
    file.write(0, new byte[] {5}, 0, 1);
    files.root().removeFile("a");
    PrivateFiles back = again(files);
    FileNode found = (FileNode) back.find(file.identity()).orElseThrow();
    found.opened();
    back.dropOrphans();
    assertThat(content(found)).containsExactly(5);
    found.closed();
    assertThat(back.find(file.identity())).isEmpty();
    assertThat(back.usedBytes()).isZero();
    back.close();
  }

  @Test
  void directoriesFollowTheRulesOfPosix() throws IOException {
    try (PrivateFiles files = empty()) {
      DirectoryNode top = files.root();
      top.createDirectory("a");
      DirectoryNode a = (DirectoryNode) top.child("a").orElseThrow();
      a.createDirectory("b");
      DirectoryNode b = (DirectoryNode) a.child("b").orElseThrow();
      top.createFile("f");
      assertErrno(Errno.NOTEMPTY, () -> top.removeDirectory("a"));
      assertErrno(Errno.ISDIR, () -> top.removeFile("a"));
      assertErrno(Errno.NOTDIR, () -> top.removeDirectory("f"));
      assertErrno(Errno.INVAL, () -> top.rename("a", b, "inside itself"));
      assertErrno(Errno.NOTDIR, () -> top.rename("a", top, "f"));
      assertErrno(Errno.ISDIR, () -> top.rename("f", top, "a"));
      assertErrno(Errno.NOENT, () -> top.rename("none", top, "x"));
      a.removeDirectory("b");
      assertErrno(Errno.NOENT, () -> b.createFile("in a directory that is gone"));
      top.rename("f", a, "g");
      assertThat(top.names()).containsExactly("a");
      assertThat(a.names()).containsExactly("g");
    }
  }

  @Test
  void aByteFarOutCostsOneBlockAndTheRestReadsAsZeros() throws IOException {
    PrivateFiles files = empty();
    FileNode file = files.root().createFile("sparse");
    long before = files.usedBytes();
    file.write(1L << 39, new byte[] {1}, 0, 1);
    assertThat(files.usedBytes() - before).isEqualTo(PrivateFiles.BLOCK_BYTES);
    PrivateFiles back = again(files);
    byte[] read = new byte[3];
    assertThat(file(back, "sparse").read((1L << 39) - 2, read, 0, 3)).isEqualTo(3);
    assertThat(read).containsExactly(0, 0, 1);
    back.close();
  }

  @Test
  void theQuotaCountsBlocksAndFiles() throws IOException {
    try (PrivateFiles files = empty()) {
      FileNode file = files.root().createFile("big");
      byte[] block = new byte[PrivateFiles.BLOCK_BYTES];
      assertErrno(
          Errno.DQUOT,
          () -> {
            for (long at = 0; at <= QUOTA; at += block.length) {
              file.write(at, block, 0, block.length);
            }
          });
      assertThat(files.usedBytes()).isLessThanOrEqualTo(QUOTA);
      file.resize(0);
      assertErrno(
          Errno.DQUOT,
          () -> {
            for (int i = 0; i <= QUOTA; i++) {
              files.root().createFile("n" + i);
            }
          });
      assertErrno(Errno.FBIG, () -> file.resize(Long.MAX_VALUE));
    }
  }

  private static void assertErrno(Errno expected, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(expected));
  }
}
