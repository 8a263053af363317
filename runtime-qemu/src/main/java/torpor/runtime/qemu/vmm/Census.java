package torpor.runtime.qemu.vmm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.host.process.ProcessIdentity;

/// Finds the QEMUs of a data directory in `/proc`, by the name in their command line.
public final class Census {
  private static final Path PROC = Path.of("/proc");
  private static final String OPTION = "-name";

  private Census() {}

  public record Found(MachineName name, ProcessIdentity process) {}

  /// Every one of this owner that runs.
  public static List<Found> take(String owner) {
    List<Found> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        Optional<ProcessIdentity> process = ProcessIdentity.of(pid);
        Optional<MachineName> name =
            nameOf(pid).filter(candidate -> candidate.owner().equals(owner));
        if (process.isPresent() && name.isPresent()) {
          found.add(new Found(name.get(), process.get()));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("/proc cannot be read", unreadable);
    }
    return List.copyOf(found);
  }

  static Optional<MachineName> nameOf(long pid) {
    try {
      byte[] line = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("cmdline"));
      return nameIn(new String(line, StandardCharsets.ISO_8859_1));
    } catch (IOException goneOrAnotherUsers) {
      return Optional.empty();
    }
  }

  static Optional<MachineName> nameIn(String commandLine) {
    String[] words = commandLine.split("\0", -1);
    for (int i = 0; i + 1 < words.length; i++) {
      if (words[i].equals(OPTION)) {
        return MachineName.parse(words[i + 1]);
      }
    }
    return Optional.empty();
  }
}
