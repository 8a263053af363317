package torpor.engine.machine;

import java.util.List;
import java.util.Optional;

/// What a runtime can do on this host.
///
/// @param available false where it cannot run at all; then `problems` says why
/// @param survivesDaemon machines go on while the daemon is down and can be adopted
/// @param isolation `none`, `language`, `container`, `sandbox` or `vm`
/// @param problems what is missing, each with its remedy
public record Capabilities(
    boolean available,
    boolean checkpoint,
    boolean keepRunning,
    boolean incremental,
    boolean cpuPortable,
    boolean survivesDaemon,
    String isolation,
    Optional<String> version,
    List<Problem> problems) {
  public Capabilities {
    problems = List.copyOf(problems);
  }

  public record Problem(String what, String remedy) {}
}
