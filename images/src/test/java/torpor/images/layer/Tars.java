package torpor.images.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Writes tars as nobody well-meaning would.
public final class Tars {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  public Tars() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  public Tars file(String name, String content) {
    return add(entry(name, TarConstants.LF_NORMAL), content);
  }

  public Tars directory(String name) {
    return add(entry(name, TarConstants.LF_DIR), "");
  }

  public Tars symlink(String name, String target) {
    TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    return add(entry, "");
  }

  public Tars hardlink(String name, String target) {
    TarArchiveEntry entry = entry(name, TarConstants.LF_LINK);
    entry.setLinkName(target);
    return add(entry, "");
  }

  public Tars device(String name, byte type) {
    TarArchiveEntry entry = entry(name, type);
    entry.setDevMajor(1);
    entry.setDevMinor(3);
    return add(entry, "");
  }

  public Tars add(TarArchiveEntry entry, String content) {
    // A name that ends in a slash is a directory's, whatever the type.
    byte[] data = (entry.isDirectory() ? "" : content).getBytes(StandardCharsets.UTF_8);
    try {
      entry.setSize(data.length);
      tar.putArchiveEntry(entry);
      tar.write(data);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TarArchiveEntry entry(String name, byte type) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setName(name);
    entry.setModTime(0);
    return entry;
  }

  public byte[] bytes() {
    try {
      tar.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
