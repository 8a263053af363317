package torpor.daemon.doctor;

import java.util.ArrayList;
import java.util.List;
import torpor.wire.RuntimeReport;

/// What a measured runtime can do, in words.
final class RuntimeFindings {
  private RuntimeFindings() {}

  /// @param others whether any other runtime can run: then a daemon does without this one
  /// @param afterwards what to do once the cause is gone, after a space; may be empty
  static List<Finding> of(RuntimeReport runtime, boolean others, String afterwards) {
    String what = "runtime " + runtime.name();
    List<Finding> findings = new ArrayList<>();
    if (runtime.available()) {
      findings.add(Finding.ok(what, abilities(runtime)));
    }
    for (RuntimeReport.Problem problem : runtime.problems()) {
      findings.add(
          runtime.available() || others
              ? Finding.note(what, problem.what(), problem.remedy() + afterwards)
              : Finding.fault(what, problem.what(), problem.remedy() + afterwards));
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
