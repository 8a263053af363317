package torpor.runtime.qemu.session;

import java.util.List;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceSessions.CopyResult;
import torpor.runtime.qemu.agent.Records;

/// How a copy ended, by the code its program in the guest ended with. Pure.
enum CopyEnd {
  DONE,
  FAILED,
  NOT_FOUND;

  private static final int ALL = 0;
  private static final int SOME_LEFT_OUT = 1;
  private static final int NO_SUCH_PATH = 3;

  static CopyEnd of(Records report) {
    return switch ((int) report.number("code").orElse(-1)) {
      case ALL, SOME_LEFT_OUT -> DONE;
      case NO_SUCH_PATH -> NOT_FOUND;
      default -> FAILED;
    };
  }

  /// @param path that was named
  Reply<CopyResult> reply(String path, long bytes, List<String> messages) {
    return switch (this) {
      case DONE -> Reply.done(new CopyResult(bytes, messages));
      case NOT_FOUND -> Reply.refused(Refusals.noSuchPath(path));
      case FAILED -> Reply.refused(Refusals.incomplete("copy " + path, messages));
    };
  }
}
