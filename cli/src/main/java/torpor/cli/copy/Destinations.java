package torpor.cli.copy;

import java.nio.file.Files;
import java.nio.file.Path;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.cli.copy.CopyEnd.Inside;
import torpor.cli.instance.InstanceRoutes;
import torpor.wire.instance.PathInfo;

/// Where the item itself will be: in a directory that exists under its own name, else under the
/// name given. Refuses what could not be written before anything is.
final class Destinations {
  private Destinations() {}

  /// @param from as written
  /// @param to as written
  /// @param directory whether that is what is copied
  static Path local(Path workingDirectory, Inside from, String to, boolean directory) {
    Path named = workingDirectory.resolve(to).normalize();
    boolean into = Files.isDirectory(named) && !CopyEnd.isContent(from.path());
    Path path = into ? named.resolve(CopyEnd.nameOf(Path.of(from.path()))).normalize() : named;
    if (Files.exists(path)) {
      demandSameKind(path.toString(), Files.isDirectory(path), directory);
      return path;
    }
    Path parent = path.getParent();
    if ((to.endsWith("/") && !directory) || parent == null || !Files.isDirectory(parent)) {
      throw refused("there is no directory for " + to, "create it first: mkdir -p");
    }
    return path;
  }

  /// @param isNew whether nothing is there yet
  record InMachine(Inside place, boolean isNew) {}

  /// @param name the item's own
  /// @param content whether what is in the item is copied and not the item
  /// @param directory whether that is what is copied
  static InMachine inside(
      Connection connection, String name, boolean content, Inside to, boolean directory) {
    PathInfo named = stat(connection, to, true);
    boolean into = isDirectory(named) && !content && !name.isEmpty();
    Inside place = into ? to.below(name) : to;
    PathInfo found = into ? stat(connection, place, true) : named;
    if (found.exists()) {
      demandSameKind(place.toString(), isDirectory(found), directory);
      return new InMachine(place, false);
    }
    boolean directoryMeant = to.path().endsWith("/") && !directory;
    Inside needed = directoryMeant ? to : place.parent();
    if (directoryMeant || !isDirectory(stat(connection, needed, true))) {
      throw refused(
          to.instance() + " has no directory " + needed.path(),
          "create it first: torpor exec %s mkdir -p %s".formatted(to.instance(), needed.path()));
    }
    return new InMachine(place, true);
  }

  private static void demandSameKind(String path, boolean isDirectory, boolean directory) {
    if (directory && !isDirectory) {
      throw refused(path + " is a file, and a directory is copied", "name a directory");
    }
    if (isDirectory && !directory) {
      throw refused(
          path + " is a directory, and a file is copied",
          "give the file another name, or remove it");
    }
  }

  private static boolean isDirectory(PathInfo found) {
    return found.exists() && found.isDir().orElse(false);
  }

  /// What is there.
  static PathInfo stat(Connection connection, Inside path, boolean followLinks) {
    return connection
        .get(
            InstanceRoutes.of(path.instance(), "stat")
                .with("path", path.clean())
                .with("follow_links", Boolean.toString(followLinks))
                .toString())
        .as(PathInfo.class);
  }

  static CommandFailure refused(String what, String remedy) {
    return new CommandFailure(ExitCode.REFUSED, what, "", remedy);
  }
}
