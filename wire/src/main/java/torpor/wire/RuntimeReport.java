package torpor.wire;

import java.util.List;
import java.util.Optional;

/// A runtime as measured on this host.
///
/// @param available whether it can run at all here; if not, `problems` says why
/// @param isolation `none`, `language`, `container`, `sandbox` or `vm`
/// @param keepRunning a checkpoint leaves the machine running
/// @param incremental a snapshot stores only what changed
/// @param cpuPortable a snapshot can be restored on another processor model
/// @param survivesDaemon machines go on while the daemon is down
public record RuntimeReport(
    String name,
    boolean available,
    String isolation,
    Optional<String> version,
    boolean checkpoint,
    boolean keepRunning,
    boolean incremental,
    boolean cpuPortable,
    boolean survivesDaemon,
    List<Problem> problems) {
  public RuntimeReport {
    problems = List.copyOf(problems);
  }

  /// What is missing, and what to do about it.
  public record Problem(String what, String remedy) {}
}
