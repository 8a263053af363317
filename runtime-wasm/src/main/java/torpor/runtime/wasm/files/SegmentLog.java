package torpor.runtime.wasm.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The segments of one private directory, and where the next block goes.
///
/// A block's address is its segment's number in the upper and its slot in the lower 32 bits; 0 is
/// no block, which reads as zeros. Used by the guest's thread, or by the checkpoint while the guest
/// is suspended.
final class SegmentLog {
  static final long NO_BLOCK = 0;

  private static final int MOST_SEGMENTS = 48;
  private static final int GARBAGE_WORTH_THE_WORK = 64;

  private final Path directory;
  private final TreeMap<Integer, Segment> segments = new TreeMap<>();
  private int nextNumber = 1;
  private @Nullable Segment current;

  SegmentLog(Path directory) {
    this.directory = directory;
  }

  static String fileName(int number) {
    return "segment-" + number;
  }

  /// Takes over a sealed segment of a snapshot by linking it here.
  void adopt(int number, Path origin, int slots, int live, int checksum) throws IOException {
    Path here = directory.resolve(fileName(number));
    Files.createLink(here, origin);
    FileChannel channel = FileChannel.open(here, StandardOpenOption.READ);
    segments.put(number, Segment.reopen(number, here, channel, slots, live, checksum));
  }

  /// No number up to this one is given to a new segment.
  void numbersAfter(int number) {
    nextNumber = Math.max(nextNumber, number + 1);
  }

  int nextNumber() {
    return nextNumber;
  }

  Collection<Segment> all() {
    return segments.values();
  }

  long allocate() throws IOException {
    Segment segment = current;
    if (segment == null) {
      segment = create();
      segments.put(segment.number(), segment);
      current = segment;
    }
    return ((long) segment.number() << 32) | segment.allocate();
  }

  private Segment create() throws IOException {
    int number = nextNumber++;
    Path path = directory.resolve(fileName(number));
    return Segment.create(
        number,
        path,
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  void release(long address) {
    if (address != NO_BLOCK) {
      segment(address).release();
    }
  }

  /// Whether a block may be changed in place: it belongs to no snapshot yet.
  boolean inPlace(long address) {
    return address != NO_BLOCK && !segment(address).sealed();
  }

  void read(long address, int from, ByteBuffer target) throws IOException {
    segment(address).read((int) address, from, target);
  }

  void write(long address, int from, ByteBuffer origin) throws IOException {
    segment(address).write((int) address, from, origin);
  }

  private Segment segment(long address) {
    Segment segment = segments.get((int) (address >>> 32));
    if (segment == null) {
      throw new IllegalStateException("no segment for block " + Long.toHexString(address));
    }
    return segment;
  }

  /// Flushes and seals the open segment, and forgets those that no file refers to any more.
  void seal() throws IOException {
    Segment open = current;
    if (open != null) {
      open.seal();
      current = null;
    }
    for (Segment segment : List.copyOf(segments.values())) {
      if (segment.sealed() && segment.live() == 0) {
        segments.remove(segment.number());
        segment.close();
        Files.deleteIfExists(segment.path());
      }
    }
  }

  /// The segments whose live blocks should be written again so that they can go: when more than
  /// half of all blocks are garbage those that are mostly garbage, and when there are too many the
  /// emptiest half.
  Set<Integer> worthCompacting() {
    int slots = segments.values().stream().mapToInt(Segment::slots).sum();
    int live = segments.values().stream().mapToInt(Segment::live).sum();
    Set<Integer> chosen = new HashSet<>();
    if (slots - live > live && slots - live >= GARBAGE_WORTH_THE_WORK) {
      segments.values().stream()
          .filter(s -> s.live() * 2 <= s.slots())
          .forEach(s -> chosen.add(s.number()));
    }
    if (segments.size() > MOST_SEGMENTS) {
      List<Segment> emptiest = new ArrayList<>(segments.values());
      emptiest.sort(Comparator.comparingInt(Segment::live));
      emptiest.subList(0, emptiest.size() / 2).forEach(s -> chosen.add(s.number()));
    }
    return chosen;
  }

  void close() throws IOException {
    for (Segment segment : segments.values()) {
      segment.close();
    }
    segments.clear();
    current = null;
  }
}
