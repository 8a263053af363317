package torpor.cli.copy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import torpor.cli.AtExit;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.cli.copy.CopyEnd.Inside;
import torpor.wire.instance.CopyMessage;

/// Out of a machine.
final class CopyOut {
  private CopyOut() {}

  /// @param directory what it is said to be, perhaps behind a link
  /// @param target where the item itself will be
  static void run(
      Connection connection, Inside from, boolean directory, Path target, CopyProgress progress) {
    LocalTree tree = new LocalTree(target, directory, progress);
    try (tree;
        AtExit _ = AtExit.run(() -> drop(tree));
        CopyChannel channel = CopyChannel.outOf(connection, from)) {
      boolean goesOn = true;
      while (goesOn) {
        switch (channel.receive()) {
          case CopyChannel.Said.Item(CopyMessage header) -> tree.item(header);
          case CopyChannel.Said.Content(ByteBuffer bytes) -> tree.content(bytes);
          case CopyChannel.Said.Done(String leftOut) -> {
            tree.end();
            leftOut.lines().forEach(progress::leftOut);
            goesOn = false;
          }
        }
      }
    } catch (IOException e) {
      throw new CommandFailure(
              ExitCode.BAD_DATA,
              from + " cannot be written to " + target,
              e instanceof AccessDeniedException denied
                  ? "this user may not write " + denied.getFile()
                  : CommandFailure.reason(e),
              "check the path, its permissions, and the space there")
          .causedBy(e);
    }
  }

  private static void drop(LocalTree tree) {
    try {
      tree.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a file that is half there is left over", e);
    }
  }
}
