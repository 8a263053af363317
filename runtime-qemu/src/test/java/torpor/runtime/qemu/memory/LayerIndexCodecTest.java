package torpor.runtime.qemu.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;
import torpor.runtime.qemu.memory.LayerIndex.Piece;
import torpor.runtime.qemu.memory.LayerIndex.Run;

class LayerIndexCodecTest {
  private static final long FILE = 1L << 40;
  private final Random random = new Random(9);

  private List<Run> runs(int from, int most) {
    List<Run> runs = new ArrayList<>();
    int next = from;
    int left = most;
    for (int i = random.nextInt(4); i >= 0 && left > 0; i--) {
      int first = next + random.nextInt(50);
      int count = 1 + random.nextInt(Math.min(60, left));
      runs.add(new Run(first, count));
      next = first + count;
      left -= count;
    }
    return runs;
  }

  private LayerIndex index() {
    List<Piece> pieces = new ArrayList<>();
    int next = 0;
    long offset = 0;
    for (int i = random.nextInt(10); i > 0; i--) {
      List<Run> runs = runs(next, Pages.PIECE);
      next = runs.getLast().end();
      int bytes = (int) Pages.bytes(runs.stream().mapToInt(Run::count).sum());
      List<Encoding> all = List.of(Encoding.values());
      Encoding encoding = all.get(random.nextInt(all.size()));
      int stored = encoding == Encoding.RAW ? bytes : 1 + random.nextInt(bytes);
      pieces.add(new Piece(offset, stored, random.nextInt(), encoding, runs));
      offset += stored;
    }
    return new LayerIndex(100_000, runs(0, Integer.MAX_VALUE), pieces);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    for (int i = 0; i < 500; i++) {
      LayerIndex index = index();

      assertThat(LayerIndexCodec.read(LayerIndexCodec.write(index), FILE)).isEqualTo(index);
    }
  }

  /// Whatever bytes come: what is read can be followed without leaving the memory or the file, and
  /// nothing is thrown but an I/O failure.
  @Test
  void whatIsChangedCanBeFollowedOrIsRefused() {
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = LayerIndexCodec.write(index());
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertFollowable(LayerIndexCodec.read(bytes, 1L << 24), 1L << 24);
      } catch (IOException expected) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 4999);
  }

  private static void assertFollowable(LayerIndex index, long file) {
    int end = 0;
    for (Piece piece : index.pieces()) {
      assertThat(piece.pages()).isBetween(1, Pages.PIECE);
      assertThat(piece.offset()).isBetween(0L, file - piece.stored());
      for (Run run : piece.runs()) {
        assertThat(run.first()).isGreaterThanOrEqualTo(end);
        end = run.end();
      }
    }
    assertThat(end).isLessThanOrEqualTo(index.pageCount());
    assertThat(index.zero()).allMatch(run -> run.end() <= index.pageCount() && run.first() >= 0);
  }
}
