package torpor.host.program;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The beginning or the end of what a program writes, so much and no more. Of one thread at a time.
public final class Kept {
  private final int limit;
  private final boolean end;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean cut;

  /// @param limit in bytes
  /// @param end whether the end is wanted
  Kept(int limit, boolean end) {
    this.limit = limit;
    this.end = end;
  }

  void add(byte[] bytes, int length) {
    if (end) {
      kept.write(bytes, 0, length);
      if (kept.size() > 2 * limit) {
        byte[] last = bytes();
        kept.reset();
        kept.writeBytes(last);
        cut = true;
      }
      return;
    }
    int room = limit - kept.size();
    cut |= length > room;
    kept.write(bytes, 0, Math.min(room, length));
  }

  public byte[] bytes() {
    byte[] all = kept.toByteArray();
    return Arrays.copyOfRange(all, Math.max(0, all.length - limit), all.length);
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /// Whether there was more.
  public boolean cut() {
    return cut || kept.size() > limit;
  }
}
