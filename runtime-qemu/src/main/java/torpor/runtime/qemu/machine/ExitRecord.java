package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import torpor.runtime.qemu.agent.Records;

/// The guest's last report, kept for a daemon that comes when the machine is gone.
final class ExitRecord {
  private static final String FILE = "exit-";

  private ExitRecord() {}

  static void write(Place place, Records report) throws IOException {
    Path next = place.instance().resolve(".exit");
    Files.write(next, report.bytes());
    Files.move(next, file(place), StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path file(Place place) {
    return place.instance().resolve(FILE + place.name().generation());
  }

  static Optional<Records> read(Place place) {
    try {
      return Optional.of(Records.parse(Files.readAllBytes(file(place))));
    } catch (IOException none) {
      return Optional.empty();
    }
  }
}
