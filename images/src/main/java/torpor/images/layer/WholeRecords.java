package torpor.images.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// A tar whose last record may be cut after its content, as `umoci insert` writes it: what is
/// missing is read as zeros. Of one thread.
final class WholeRecords extends FilterInputStream {
  private static final int RECORD = 512;
  private long count;
  private int filled;

  WholeRecords(InputStream in) {
    super(in);
  }

  /// Whether anything was made up.
  boolean hasFilled() {
    return filled > 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read < 0 && count % RECORD != 0) {
      read = (int) Math.min(length, RECORD - count % RECORD);
      Arrays.fill(bytes, offset, offset + read, (byte) 0);
      filled += read;
    }
    count += Math.max(read, 0);
    return read;
  }

  /// Left to the caller, who can read.
  @Override
  public long skip(long bytes) {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
