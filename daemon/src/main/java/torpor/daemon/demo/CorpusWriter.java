package torpor.daemon.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Makes a corpus of what every JDK has: its sources, and where they were left out, its modules.
/// The same JDK and size give the same bytes.
final class CorpusWriter {
  private CorpusWriter() {}

  /// @param javaHome of the JDK
  /// @param atMost bytes; the last document that fits is the last one
  static Corpus write(Path directory, Path javaHome, long atMost) throws IOException {
    Files.createDirectories(directory);
    Path sources = javaHome.resolve("lib").resolve("src.zip");
    return Files.isReadable(sources)
        ? ofSources(directory, sources, atMost)
        : ofBytes(directory, javaHome.resolve("lib").resolve("modules"), atMost);
  }

  private static Corpus ofSources(Path directory, Path sources, long atMost) throws IOException {
    try (ZipFile zip = new ZipFile(sources.toFile());
        Parts parts = new Parts(directory)) {
      List<? extends ZipEntry> entries =
          zip.stream()
              .filter(entry -> entry.getName().endsWith(".java"))
              .sorted(Comparator.comparing(ZipEntry::getName))
              .toList();
      int documents = 0;
      for (ZipEntry entry : entries) {
        byte[] name = entry.getName().getBytes(StandardCharsets.UTF_8);
        if (parts.bytes + 2 + name.length + entry.getSize() > atMost) {
          break;
        }
        try (InputStream in = zip.getInputStream(entry)) {
          parts.document(name, in.readAllBytes());
        }
        documents++;
      }
      return new Corpus(directory, sources, parts.bytes, documents);
    }
  }

  private static Corpus ofBytes(Path directory, Path modules, long atMost) throws IOException {
    try (InputStream in = Files.newInputStream(modules);
        Parts parts = new Parts(directory)) {
      while (parts.bytes < atMost) {
        byte[] block = in.readNBytes((int) Math.min(Corpus.PART_BYTES, atMost - parts.bytes));
        if (block.length == 0) {
          break;
        }
        if (block[0] == Corpus.MARK) {
          block[0] = ' ';
        }
        parts.plain(block);
      }
      return new Corpus(directory, modules, parts.bytes, 0);
    }
  }

  /// The part being written, and how much was written in all.
  private static final class Parts implements AutoCloseable {
    private final Path directory;
    private OutputStream out = OutputStream.nullOutputStream();
    private int number;
    private long partBytes = Corpus.PART_BYTES;
    private long bytes;

    Parts(Path directory) {
      this.directory = directory;
    }

    void document(byte[] name, byte[] text) throws IOException {
      for (int i = 0; i < text.length; i++) {
        if (text[i] == Corpus.MARK) {
          text[i] = ' ';
        }
      }
      if (partBytes >= Corpus.PART_BYTES) {
        next();
      }
      write(new byte[] {Corpus.MARK});
      write(name);
      write(new byte[] {'\n'});
      write(text);
    }

    void plain(byte[] block) throws IOException {
      next();
      write(block);
    }

    private void next() throws IOException {
      out.close();
      Path part = directory.resolve(Corpus.partName(number++));
      out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16);
      partBytes = 0;
    }

    private void write(byte[] some) throws IOException {
      out.write(some);
      partBytes += some.length;
      bytes += some.length;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
