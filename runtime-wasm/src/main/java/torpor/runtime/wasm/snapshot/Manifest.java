package torpor.runtime.wasm.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import torpor.runtime.wasm.memory.PagedMemory;
import torpor.runtime.wasm.snapshot.SnapshotException.Problem;

/// What a snapshot consists of.
///
/// @param module digest of the instrumented module
/// @param number its number within the job, for people: nothing is looked up by it
/// @param files with the page files in the order in which they apply
public record Manifest(String module, int number, OptionalInt parent, List<FileEntry> files) {
  static final String FILE_NAME = "manifest";

  private static final String MAGIC = "torpor-wasm-snapshot";
  private static final int VERSION = 1;

  public Manifest {
    files = List.copyOf(files);
  }

  FileEntry state() throws SnapshotException {
    return files.stream()
        .filter(file -> file.name().equals(FileEntry.STATE))
        .findFirst()
        .orElseThrow(() -> new SnapshotException(Problem.CORRUPT, "the manifest has no state"));
  }

  List<FileEntry> pages() {
    return files.stream().filter(FileEntry::holdsPages).toList();
  }

  byte[] encoded() {
    StringBuilder text = new StringBuilder();
    text.append("%s %d\n".formatted(MAGIC, VERSION));
    text.append("module %s\n".formatted(module));
    text.append("page-bytes %d\n".formatted(PagedMemory.PAGE_BYTES));
    text.append("number %d\n".formatted(number));
    parent.ifPresent(from -> text.append("parent %d\n".formatted(from)));
    for (FileEntry file : files) {
      text.append("file %s %d %08x\n".formatted(file.name(), file.length(), file.checksum()));
    }
    text.append("end %08x\n".formatted(checksum(text.toString())));
    return text.toString().getBytes(UTF_8);
  }

  static Manifest decode(byte[] bytes) throws SnapshotException {
    String text = new String(bytes, UTF_8);
    int end = text.lastIndexOf("end ");
    if (!text.startsWith(MAGIC + " ") || end < 0) {
      throw new SnapshotException(Problem.CORRUPT, "the manifest is not one, or was cut short");
    }
    String body = text.substring(0, end);
    if (!text.substring(end).equals("end %08x\n".formatted(checksum(body)))) {
      throw new SnapshotException(Problem.CORRUPT, "the manifest does not match its checksum");
    }
    return parse(body.lines().toList());
  }

  private static Manifest parse(List<String> lines) throws SnapshotException {
    requireSame(lines.getFirst(), "%s %d".formatted(MAGIC, VERSION));
    String module = "";
    int number = 0;
    OptionalInt parent = OptionalInt.empty();
    List<FileEntry> files = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> words = List.of(line.split(" "));
      switch (words.getFirst()) {
        case "module" -> module = words.get(1);
        case "page-bytes" -> requireSame(line, "page-bytes " + PagedMemory.PAGE_BYTES);
        case "number" -> number = Integer.parseInt(words.get(1));
        case "parent" -> parent = OptionalInt.of(Integer.parseInt(words.get(1)));
        case "file" ->
            files.add(
                new FileEntry(
                    words.get(1),
                    Long.parseLong(words.get(2)),
                    Integer.parseUnsignedInt(words.get(3), 16)));
        default ->
            throw new SnapshotException(
                Problem.INCOMPATIBLE, "the manifest has an unknown line '" + line + "'");
      }
    }
    return new Manifest(module, number, parent, files);
  }

  private static void requireSame(String found, String expected) throws SnapshotException {
    if (!found.equals(expected)) {
      throw new SnapshotException(
          Problem.INCOMPATIBLE,
          "the snapshot says '%s', this version reads '%s'".formatted(found, expected));
    }
  }

  private static int checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(UTF_8));
    return (int) crc.getValue();
  }
}
