package torpor.cli.copy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.AtExit;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.copy.CopyEnd.Inside;
import torpor.cli.copy.CopyEnd.Local;
import torpor.cli.output.ByteProgress;
import torpor.wire.instance.PathInfo;

@Command(
    name = "cp",
    description = {
      "Copy a file or a directory into a running machine, or out of one.",
      "Into a directory that exists, under its own name; else under the name given. With /. at the end of SRC,"
          + " what is in it is copied."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  torpor cp web:/etc/nginx .", "  torpor cp index.html web:/usr/share/nginx/html"})
public final class CopyFiles extends ClientCommand {
  @Parameters(index = "0", paramLabel = "SRC", description = "a path, or NAME:/PATH")
  private String source = "";

  @Parameters(index = "1", paramLabel = "DST", description = "a path, or NAME:/PATH")
  private String destination = "";

  public CopyFiles(Invocation invocation) {
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
    PathInfo item = Destinations.stat(connection, from, true);
    if (!item.exists()) {
      throw Destinations.refused(
          from.instance() + " has nothing at " + from.path(), "see what is there: torpor exec");
    }
    boolean directory = item.isDir().orElse(false);
    demandDirectoryWhereMeant(from.toString(), from.path(), directory);
    Path target = Destinations.local(client().invocation().workingDirectory(), from, to, directory);
    Optional<Long> size = directory ? Optional.empty() : item.size();
    copy(
        size,
        target.toString(),
        progress -> CopyOut.run(connection, from, directory, target, progress));
  }

  private void copyIn(Connection connection, String from, Inside to) {
    Path item = client().invocation().workingDirectory().resolve(from);
    if (!Files.exists(item)) {
      throw CommandFailure.badData(
          from + " cannot be copied", "there is no such file", "check the name of the file");
    }
    boolean directory = Files.isDirectory(item);
    demandDirectoryWhereMeant(from, from, directory);
    Destinations.InMachine target =
        Destinations.inside(
            connection,
            CopyEnd.nameOf(item.toAbsolutePath()),
            CopyEnd.isContent(from),
            to,
            directory);
    Optional<Long> size = directory ? Optional.empty() : Optional.of(item.toFile().length());
    copy(
        size,
        target.place().toString(),
        progress -> CopyIn.run(connection, item, target, progress));
  }

  private static void demandDirectoryWhereMeant(String shown, String path, boolean directory) {
    if (CopyEnd.isDirectoryMeant(path) && !directory) {
      throw Destinations.refused(shown + " is no directory", "leave the slash at its end out");
    }
  }

  private interface Copy {
    void run(CopyProgress progress);
  }

  private void copy(Optional<Long> expected, String target, Copy copy) {
    Invocation invocation = client().invocation();
    CopyProgress progress;
    try (ByteProgress shown =
        new ByteProgress("copy", expected, invocation.err(), invocation.progressShown())) {
      progress = new CopyProgress(shown);
      try (AtExit _ = AtExit.run(() -> sayInterrupted(progress, target))) {
        copy.run(progress);
      }
    }
    client().say("copied " + progress.tally() + " to " + target);
    progress.demandAll();
  }

  /// The copy stays as far as it came; a file that was on its way is not there.
  private void sayInterrupted(CopyProgress progress, String target) {
    client().say("torpor: interrupted; only " + progress.tally() + " were copied to " + target);
  }
}
