package torpor.api.node;

import torpor.core.machine.RuntimeName;
import torpor.engine.machine.Capabilities;
import torpor.wire.RuntimeReport;

/// What a runtime can do, in the words of the API; also for who asks a runtime without a server.
public final class RuntimeReports {
  private RuntimeReports() {}

  public static RuntimeReport of(RuntimeName name, Capabilities can) {
    return new RuntimeReport(
        name.text(),
        can.available(),
        can.isolation(),
        can.version(),
        can.checkpoint(),
        can.keepRunning(),
        can.incremental(),
        can.cpuPortable(),
        can.survivesDaemon(),
        can.problems().stream()
            .map(problem -> new RuntimeReport.Problem(problem.what(), problem.remedy()))
            .toList());
  }
}
