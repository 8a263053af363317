package torpor.images.tool;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.images.refused.ImageRefusedException;

/// Finds programs. Looks again each time, so that what is installed later is found.
///
/// @param directories where to look, in this order
public record ToolBox(List<Path> directories) {
  private static final List<Path> OFTEN_MISSED = List.of(Path.of("/usr/sbin"), Path.of("/sbin"));

  public ToolBox {
    directories = List.copyOf(directories);
  }

  /// @param path as in the environment variable PATH
  public static ToolBox ofPath(String path) {
    Stream<Path> listed =
        Stream.of(path.split(File.pathSeparator, -1)).filter(part -> !part.isBlank()).map(Path::of);
    return new ToolBox(Stream.concat(listed, OFTEN_MISSED.stream()).distinct().toList());
  }

  public Optional<Path> find(String program) {
    return directories.stream()
        .map(directory -> directory.resolve(program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  public Optional<Path> find(Tool tool) {
    return find(tool.program());
  }

  Path require(Tool tool) throws ImageRefusedException {
    Optional<Path> found = find(tool);
    if (found.isEmpty()) {
      throw new ImageRefusedException(
          Refusal.of(
              RefusalCode.IMAGE_FAILED, missing(tool), "Install it: " + installation(tool) + "."));
    }
    return found.get();
  }

  public static String missing(Tool tool) {
    return "%s is not installed, which it takes to %s".formatted(tool.program(), tool.purpose());
  }

  public static String installation(Tool tool) {
    return "apt-get install " + tool.debianPackage();
  }
}
