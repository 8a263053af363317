package torpor.runtime.qemu.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.host.process.ProcessMemory;

/// This process's own memory stands for a machine's.
class LayersTest {
  private static final int PAGES = 2000;

  @TempDir Path directory;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment machine = arena.allocate(Pages.bytes(PAGES), Pages.SIZE);
  private final BitSet own = new BitSet();
  private final Random random = new Random(7);
  private final List<LayerFiles> layers = new ArrayList<>();

  @AfterEach
  void free() {
    arena.close();
  }

  private static ProcessMemory memory(MemorySegment segment) {
    return new ProcessMemory(ProcessHandle.current().pid(), segment.address(), segment.byteSize());
  }

  private LayerFiles files(String name) {
    return LayerFiles.in(directory, name);
  }

  private void begin() throws IOException {
    LayerWriter.zeroBase(PAGES, files("base"));
    layers.add(files("base"));
  }

  private void scribble(int pages) {
    for (int i = 0; i < pages; i++) {
      int page = random.nextInt(PAGES);
      byte[] text =
          ("page " + page + " " + random.nextInt()).repeat(30).getBytes(StandardCharsets.US_ASCII);
      MemorySegment.copy(text, 0, machine, ValueLayout.JAVA_BYTE, Pages.bytes(page), text.length);
      own.set(page);
    }
  }

  private void wipe(int page) {
    machine.asSlice(Pages.bytes(page), Pages.SIZE).fill((byte) 0);
    own.set(page);
  }

  private LayerIndex snapshot(String name) throws IOException {
    try (Memory parent = Memory.open(PAGES, layers)) {
      LayerIndex index = LayerWriter.differences(memory(machine), own, parent, files(name));
      layers.add(files(name));
      return index;
    }
  }

  /// What a QEMU would have that maps the base.
  private MemorySegment restored() throws IOException {
    MemorySegment fresh = arena.allocate(Pages.bytes(PAGES), Pages.SIZE);
    try (FileChannel base = FileChannel.open(layers.getFirst().pages(), StandardOpenOption.READ)) {
      ByteBuffer into = fresh.asByteBuffer();
      while (into.hasRemaining()) {
        assertThat(base.read(into)).isPositive();
      }
    }
    MemoryLoader.load(PAGES, layers, memory(fresh), ForkJoinPool.commonPool());
    return fresh;
  }

  @Test
  void whatIsLoadedIsWhatWasWritten() throws IOException {
    begin();
    for (int generation = 1; generation <= 5; generation++) {
      scribble(300);
      wipe(random.nextInt(PAGES));
      snapshot("m" + generation);

      assertThat(restored().mismatch(machine)).isEqualTo(-1);
    }
  }

  @Test
  void onlyWhatDiffersIsWritten() throws IOException {
    begin();
    scribble(500);
    snapshot("m1");
    machine.set(ValueLayout.JAVA_BYTE, Pages.bytes(own.nextSetBit(0)) + 100, (byte) 'x');

    LayerIndex second = snapshot("m2");

    assertThat(second.data().cardinality()).isEqualTo(1);
    assertThat(second.zero()).isEmpty();
    assertThat(Files.size(files("m2").pages())).isEqualTo(Pages.SIZE);
  }

  @Test
  void aPageThatBecameZeroCostsNothingAndIsZeroAgain() throws IOException {
    begin();
    scribble(50);
    snapshot("m1");
    int page = own.nextSetBit(0);
    wipe(page);

    LayerIndex second = snapshot("m2");

    assertThat(second.zero()).containsExactly(new LayerIndex.Run(page, 1));
    assertThat(second.bytes()).isZero();
    assertThat(restored().mismatch(machine)).isEqualTo(-1);
  }

  @Test
  void mergedLayersAreTheSameMemory() throws IOException {
    begin();
    for (int generation = 1; generation <= 4; generation++) {
      scribble(300);
      wipe(random.nextInt(PAGES));
      snapshot("m" + generation);
    }
    LayerIndex merged =
        LayerWriter.merge(
            PAGES,
            layers.subList(1, layers.size()),
            files("merged"),
            LayerIndex.Encoding.LZ4,
            () -> false);
    LayerFiles base = layers.getFirst();
    layers.clear();
    layers.addAll(List.of(base, files("merged")));

    assertThat(restored().mismatch(machine)).isEqualTo(-1);
    assertThat(merged.storedBytes()).isLessThan(merged.bytes() / 2);
  }

  @Test
  void aFlattenedMemoryIsABaseThatCanBeMapped() throws IOException {
    begin();
    for (int generation = 1; generation <= 3; generation++) {
      scribble(300);
      snapshot("m" + generation);
    }
    try (Memory memory = Memory.open(PAGES, layers)) {
      LayerWriter.flatten(memory, files("flat"));
    }
    layers.clear();
    layers.add(files("flat"));

    assertThat(Files.size(files("flat").pages())).isEqualTo(Pages.bytes(PAGES));
    assertThat(restored().mismatch(machine)).isEqualTo(-1);
  }

  @Test
  void aChangeOverAPackedParentIsFound() throws IOException {
    begin();
    scribble(300);
    snapshot("m1");
    LayerWriter.merge(
        PAGES, layers.subList(1, 2), files("packed"), LayerIndex.Encoding.ZSTD, () -> false);
    layers.set(1, files("packed"));
    machine.set(ValueLayout.JAVA_BYTE, Pages.bytes(own.nextSetBit(17)) + 5, (byte) '!');

    LayerIndex second = snapshot("m2");

    assertThat(second.data().cardinality()).isEqualTo(1);
    assertThat(restored().mismatch(machine)).isEqualTo(-1);
  }

  @Test
  void aFlippedBitIsNoticedBeforeItReachesTheMachine() throws IOException {
    begin();
    scribble(300);
    LayerIndex index = snapshot("m1");
    long last = index.pieces().getLast().offset();
    try (FileChannel pages =
        FileChannel.open(files("m1").pages(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      pages.read(one, last);
      one.put(0, (byte) (one.get(0) ^ 4));
      pages.write(one.flip(), last);
    }

    assertThatThrownBy(this::restored)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void anIndexIsReadBackAndEveryOtherOneRefused() throws IOException {
    begin();
    scribble(300);
    wipe(3);
    LayerIndex index = snapshot("m1");
    byte[] bytes = LayerIndexCodec.write(index);
    long length = Files.size(files("m1").pages());

    assertThat(LayerIndexCodec.read(bytes, length)).isEqualTo(index);
    for (int cut = 0; cut < bytes.length; cut++) {
      byte[] shorter = java.util.Arrays.copyOf(bytes, cut);
      assertThatThrownBy(() -> LayerIndexCodec.read(shorter, length))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> LayerIndexCodec.read(bytes, length - 1))
        .isInstanceOf(IOException.class);
  }
}
