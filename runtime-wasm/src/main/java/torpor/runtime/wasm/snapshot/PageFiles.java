package torpor.runtime.wasm.snapshot;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;
import torpor.runtime.wasm.memory.PageSource;
import torpor.runtime.wasm.memory.PagedMemory;

/// The page files of a snapshot as one source: the newest file that has a page wins.
///
/// The files stay open, so the source outlives the directory entries. Used by one thread at a time.
@SuppressWarnings("ReferenceEquality") // which group, and which buffer, is meant
public final class PageFiles implements PageSource, AutoCloseable {
  private static final int PAGE = PagedMemory.PAGE_BYTES;
  private static final int BUFFER = 1 << 16;

  private final LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();
  private final List<FileChannel> channels = new ArrayList<>();
  private final @Nullable Group[] byPage;
  private final byte[] content = new byte[PageFileWriter.GROUP * PAGE];
  private @Nullable Group loaded;

  @SuppressWarnings("ArrayRecordComponent") // never compared by value
  private record Group(FileChannel file, long position, int length, int[] pages) {
    int slotOf(int page) {
      for (int slot = 0; slot < pages.length; slot++) {
        if (pages[slot] == page) {
          return slot;
        }
      }
      throw new IllegalStateException("page " + page + " is not in its group");
    }
  }

  private PageFiles(int pageCount) {
    this.byPage = new Group[pageCount];
  }

  /// @param files oldest first, whose checksums have been verified
  static PageFiles open(List<Path> files, int pageCount) throws IOException {
    PageFiles pages = new PageFiles(pageCount);
    try {
      for (Path file : files) {
        pages.add(file);
      }
      return pages;
    } catch (IOException | RuntimeException e) {
      pages.close();
      throw e;
    }
  }

  private void add(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    channels.add(channel);
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new BufferedInputStream(raw, BUFFER))) {
      if (in.readInt() != PageFileWriter.MAGIC || in.readInt() != PageFileWriter.VERSION) {
        throw new IOException(file + " is not a page file of this version");
      }
      index(channel, in);
    }
  }

  private void index(FileChannel channel, DataInputStream in) throws IOException {
    long position = 8;
    for (int kind = in.readByte(); kind != PageFileWriter.END; kind = in.readByte()) {
      int count = in.readInt();
      int length = kind == PageFileWriter.PAGES ? in.readInt() : 0;
      int[] pages = new int[count];
      for (int i = 0; i < count; i++) {
        pages[i] = in.readInt();
      }
      position += 1 + Integer.BYTES * (count + (kind == PageFileWriter.PAGES ? 2L : 1L));
      Group group =
          kind == PageFileWriter.PAGES ? new Group(channel, position, length, pages) : null;
      for (int page : pages) {
        byPage[page] = group;
      }
      in.skipNBytes(length);
      position += length;
    }
  }

  @Override
  public byte @Nullable [] page(int index) {
    Group group = index < byPage.length ? byPage[index] : null;
    if (group == null) {
      return null;
    }
    if (group != loaded) {
      load(group);
      loaded = group;
    }
    byte[] page = new byte[PAGE];
    System.arraycopy(content, group.slotOf(index) * PAGE, page, 0, PAGE);
    return page;
  }

  private void load(Group group) {
    loaded = null;
    int raw = group.pages().length * PAGE;
    byte[] stored = group.length() == raw ? content : new byte[group.length()];
    ByteBuffer buffer = ByteBuffer.wrap(stored, 0, group.length());
    try {
      long at = group.position();
      while (buffer.hasRemaining()) {
        int got = group.file().read(buffer, at);
        if (got < 0) {
          throw new IOException("a page file became shorter while in use");
        }
        at += got;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading memory pages of a snapshot", e);
    }
    if (stored != content) {
      decompressor.decompress(stored, 0, stored.length, content, 0, raw);
    }
  }

  @Override
  public void close() {
    for (FileChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("closing a page file", e);
      }
    }
  }
}
