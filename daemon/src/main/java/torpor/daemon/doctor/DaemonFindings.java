package torpor.daemon.doctor;

import java.util.ArrayList;
import java.util.List;
import torpor.cli.CommandFailure;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.wire.RuntimeList;
import torpor.wire.RuntimeReport;

/// What a running daemon says of itself and its runtimes, as it measured them when it started.
public final class DaemonFindings {
  private DaemonFindings() {}

  public static List<Finding> of(Connection connection) {
    List<Finding> findings = new ArrayList<>();
    try {
      RuntimeList list = connection.get(Route.of("runtimes").toString()).as(RuntimeList.class);
      findings.add(Finding.ok("daemon", "answers at " + connection.endpoint()));
      list.runtimes().forEach(runtime -> findings.addAll(of(runtime)));
    } catch (CommandFailure unreachable) {
      findings.add(
          Finding.note(
              "daemon",
              "none answers at " + connection.endpoint() + ", so no runtime was measured",
              "start it with torpor serve"));
    }
    return findings;
  }

  private static List<Finding> of(RuntimeReport runtime) {
    String what = "runtime " + runtime.name();
    List<Finding> findings = new ArrayList<>();
    if (runtime.available()) {
      findings.add(Finding.ok(what, abilities(runtime)));
    }
    for (RuntimeReport.Problem problem : runtime.problems()) {
      findings.add(
          runtime.available()
              ? Finding.note(what, problem.what(), problem.remedy())
              : Finding.fault(what, problem.what(), problem.remedy()));
    }
    return findings;
  }

  private static String abilities(RuntimeReport runtime) {
    List<String> words = new ArrayList<>();
    runtime.version().ifPresent(words::add);
    words.add("isolation " + runtime.isolation());
    words.add(runtime.checkpoint() ? "checkpoints" : "no checkpoints");
    if (runtime.incremental()) {
      words.add("incremental");
    }
    if (runtime.cpuPortable()) {
      words.add("moves between processors");
    }
    words.add(runtime.survivesDaemon() ? "outlives the daemon" : "ends with the daemon");
    return String.join(", ", words);
  }
}
