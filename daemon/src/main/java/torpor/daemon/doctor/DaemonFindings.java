package torpor.daemon.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import torpor.cli.CommandFailure;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.wire.RuntimeList;
import torpor.wire.RuntimeReport;

/// What a running daemon says of itself and its runtimes, as it measured them when it started.
public final class DaemonFindings {
  private DaemonFindings() {}

  /// @param measured the runtimes as measured here and now, where no daemon can be asked
  public static List<Finding> of(Connection connection, Supplier<List<RuntimeReport>> measured) {
    List<Finding> findings = new ArrayList<>();
    List<RuntimeReport> runtimes;
    // A daemon measures once.
    String afterwards = " Then start the daemon again.";
    try {
      runtimes = connection.get(Route.of("runtimes").toString()).as(RuntimeList.class).runtimes();
      findings.add(Finding.ok("daemon", "answers at " + connection.endpoint()));
    } catch (CommandFailure unreachable) {
      findings.add(
          Finding.note(
              "daemon",
              "none answers at " + connection.endpoint() + "; runtimes measured by this command",
              "start it with torpor serve"));
      runtimes = measured.get();
      afterwards = "";
    }
    boolean some = runtimes.stream().anyMatch(RuntimeReport::available);
    for (RuntimeReport runtime : runtimes) {
      findings.addAll(RuntimeFindings.of(runtime, some, afterwards));
    }
    return findings;
  }
}
