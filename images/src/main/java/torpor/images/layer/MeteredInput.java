package torpor.images.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Counts and digests what is read, and stops a reader that takes more than it was allowed. Of one
/// thread.
final class MeteredInput extends FilterInputStream {
  private final MessageDigest digest;
  private long count;
  private long allowed = Long.MAX_VALUE;

  MeteredInput(InputStream in, MessageDigest digest) {
    super(in);
    this.digest = digest;
  }

  /// From here on at most so many bytes.
  void allow(long bytes) {
    allowed = bytes;
  }

  long count() {
    return count;
  }

  MessageDigest digest() {
    return digest;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length > 0 && allowed <= 0) {
      throw new IOException("the archive has more here than can be");
    }
    int read = super.read(bytes, offset, (int) Math.min(length, Math.max(allowed, 0)));
    if (read > 0) {
      digest.update(bytes, offset, read);
      count += read;
      allowed -= read;
    }
    return read;
  }

  /// What is skipped counts as well.
  @Override
  public long skip(long bytes) throws IOException {
    byte[] buffer = new byte[(int) Math.min(bytes, 64 * 1024)];
    long skipped = 0;
    while (skipped < bytes) {
      int read = read(buffer, 0, (int) Math.min(buffer.length, bytes - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
