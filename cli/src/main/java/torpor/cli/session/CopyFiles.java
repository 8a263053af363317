package torpor.cli.session;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.instance.InstanceRoutes;
import torpor.cli.session.CopyEnd.Inside;
import torpor.cli.session.CopyEnd.Local;
import torpor.wire.instance.PathInfo;

@Command(
    name = "cp",
    description = {
      "Copy a file or a directory into a running machine, or out of one.",
      "Into a directory that exists, under its own name; else under the name given. With /. at the end of SRC,"
          + " what is in it is copied. The machine's image must have tar."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  torpor cp web:/etc/nginx .", "  torpor cp index.html web:/usr/share/nginx/html"})
final class CopyFiles extends ClientCommand {
  @Parameters(index = "0", paramLabel = "SRC", description = "a path, or NAME:/PATH")
  private String source = "";

  @Parameters(index = "1", paramLabel = "DST", description = "a path, or NAME:/PATH")
  private String destination = "";

  CopyFiles(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    CopyEnd from = CopyEnd.parse(source);
    CopyEnd to = CopyEnd.parse(destination);
    switch (from) {
      case Inside inside when to instanceof Local(String path) -> copyOut(connection, inside, path);
      case Local(String path) when to instanceof Inside inside -> copyIn(connection, path, inside);
      default ->
          throw CommandFailure.usage(
              "one of SRC and DST is inside a machine, and the other is not",
              "write torpor cp NAME:/PATH PATH, or torpor cp PATH NAME:/PATH");
    }
    return ExitCode.OK;
  }

  private void copyOut(Connection connection, Inside from, String to) {
    PathInfo info = stat(connection, from.instance(), from.path(), false);
    boolean link = info.isSymlink().orElse(false);
    PathInfo behind = link ? stat(connection, from.instance(), from.path(), true) : info;
    if (!behind.exists()) {
      throw refused(from.instance() + " has nothing at " + from.path(), "see with torpor exec");
    }
    boolean directory = behind.isDir().orElse(false);
    Path target = localTarget(from.path(), to, directory);
    Tally written = TarCopies.out(connection, from, directory, target, this::say);
    say("copied " + written + " to " + target);
  }

  /// Where the item itself will be.
  private Path localTarget(String from, String to, boolean directory) {
    Path path = client().invocation().workingDirectory().resolve(to).normalize();
    if (Files.isDirectory(path)) {
      return CopyEnd.isContent(from) ? path : path.resolve(CopyEnd.nameOf(from)).normalize();
    }
    if (directory && Files.exists(path)) {
      throw refused(to + " is a file, and a directory is copied", "name a directory");
    }
    Path parent = path.getParent();
    if ((to.endsWith("/") && !directory) || parent == null || !Files.isDirectory(parent)) {
      throw refused("there is no directory for " + to, "create it first: mkdir -p");
    }
    return path;
  }

  private void copyIn(Connection connection, String from, Inside to) {
    Path source = client().invocation().workingDirectory().resolve(from);
    if (!Files.exists(source)) {
      throw CommandFailure.badData(
          from + " cannot be copied", "there is no such file", "check the name of the file");
    }
    boolean directory = Files.isDirectory(source);
    Inside target = insideTarget(connection, from, to, directory);
    boolean isNew = !stat(connection, target.instance(), target.path(), true).exists();
    Tally written = TarCopies.in(connection, source, target, isNew, this::say);
    say("copied " + written + " to " + target.instance() + ":" + target.path());
  }

  /// Where the item itself will be.
  private static Inside insideTarget(
      Connection connection, String from, Inside to, boolean directory) {
    PathInfo info = stat(connection, to.instance(), to.path(), true);
    if (info.exists() && info.isDir().orElse(false)) {
      String name = CopyEnd.nameOf(Path.of(from).toAbsolutePath().normalize().toString());
      return CopyEnd.isContent(from) || name.isEmpty()
          ? to
          : new Inside(to.instance(), to.path().replaceFirst("/*$", "/") + name);
    }
    if (info.exists() && directory) {
      throw refused(to.path() + " is a file, and a directory is copied", "name a directory");
    }
    boolean isDirectoryAsked = to.path().endsWith("/") && !directory;
    String parent = parentOf(to.path());
    if (isDirectoryAsked || !stat(connection, to.instance(), parent, true).isDir().orElse(false)) {
      String missing = isDirectoryAsked ? to.path() : parent;
      throw refused(
          to.instance() + " has no directory " + missing,
          "create it first: torpor exec %s mkdir -p %s".formatted(to.instance(), missing));
    }
    return to;
  }

  static String parentOf(String path) {
    Path parent = Path.of(path).normalize().getParent();
    return parent == null ? "/" : parent.toString();
  }

  private static PathInfo stat(
      Connection connection, String instance, String path, boolean followLinks) {
    String clean = Path.of(path).normalize().toString();
    return connection
        .get(
            InstanceRoutes.of(instance, "stat")
                .with("path", clean)
                .with("follow_links", Boolean.toString(followLinks))
                .toString())
        .as(PathInfo.class);
  }

  private static CommandFailure refused(String what, String remedy) {
    return new CommandFailure(ExitCode.REFUSED, what, "", remedy);
  }

  private void say(String text) {
    client().say(text);
  }
}
