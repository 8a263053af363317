package torpor.runtime.qemu.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a copy says about single files, a line each. Bounded: a guest can say much. For one thread
/// at a time.
final class Messages {
  private static final int MOST = 64 * 1024;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private boolean more;

  void add(ByteBuffer bytes) {
    int count = Math.min(bytes.remaining(), MOST - text.size());
    more |= count < bytes.remaining();
    byte[] copy = new byte[count];
    bytes.get(copy);
    text.writeBytes(copy);
  }

  void add(String message) {
    add(StandardCharsets.UTF_8.encode(message + "\n"));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(text.toString(StandardCharsets.UTF_8).lines().toList());
    if (more) {
      lines.add("… and more than fits here");
    }
    return lines;
  }
}
