package torpor.runtime.qemu.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import torpor.host.file.DurableFiles;

/// `chain.json`: which of a directory's files are a volume's disk, bottom first. It is replaced as
/// a whole, and what it names is on disk before; a file that it does not name is of no account.
public final class ChainRecord {
  public static final String FILE = "chain.json";
  private static final String NEXT = ".chain.json";
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ChainRecord() {}

  /// Makes the chain the one that counts.
  public static void write(DiskChain chain) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("bytes", chain.bytes());
    var files = root.putArray("chain");
    for (DiskFile file : chain.files()) {
      files.addObject().put("name", file.name()).put("format", file.format().text());
    }
    Path directory = chain.directory();
    Path next = directory.resolve(NEXT);
    DurableFiles.replace(directory.resolve(FILE), next, JSON.writeValueAsString(root));
  }

  /// @throws IOException where there is none, or it is not what was written
  public static DiskChain read(Path directory) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(FILE));
    try {
      JsonNode root = JSON.readTree(bytes);
      List<DiskFile> files = new ArrayList<>();
      for (JsonNode file : root.path("chain").values()) {
        String name = file.path("name").asString();
        if (name.indexOf('/') >= 0 || name.startsWith(".")) {
          throw new IOException("it names a file that cannot be: " + name);
        }
        files.add(
            new DiskFile(
                name,
                DiskFile.Format.valueOf(file.path("format").asString().toUpperCase(Locale.ROOT))));
      }
      if (root.path("format").asInt(0) != FORMAT || files.isEmpty()) {
        throw new IOException("it is of a format not known here");
      }
      return new DiskChain(directory, files, root.path("bytes").asLong());
    } catch (JacksonException | IllegalArgumentException | IOException malformed) {
      throw new IOException(
          directory.resolve(FILE) + " is not what was written: " + malformed.getMessage(),
          malformed);
    }
  }

  /// Deletes every file beside the chain's; directories stay.
  public static void deleteOthers(DiskChain chain) throws IOException {
    chain.deleteOthers(FILE);
  }
}
