package torpor.cli.copy;

import java.util.ArrayList;
import java.util.List;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.output.ByteProgress;

/// What was copied so far, and what was left out. One thread adds to it, any may read.
final class CopyProgress {
  private final ByteProgress shown;
  private final List<String> leftOut = new ArrayList<>();
  private volatile Tally tally = Tally.NOTHING;

  CopyProgress(ByteProgress shown) {
    this.shown = shown;
  }

  /// A piece of a file.
  void piece(int bytes) {
    shown.plus(bytes);
  }

  /// A whole file.
  void file(long bytes) {
    tally = tally.plus(bytes);
  }

  void leftOut(String what) {
    leftOut.add(what);
    shown.note("left out: " + what);
  }

  Tally tally() {
    return tally;
  }

  /// @throws CommandFailure where something is missing
  void demandAll() {
    if (!leftOut.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "not everything was copied",
          leftOut.size() == 1 ? leftOut.getFirst() : leftOut.size() + " items were left out",
          "only files, directories and links that can be read are copied");
    }
  }
}
