package torpor.runtime.qemu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.engine.caller.InstanceSessions.ExecRequest;

/// What tests run in machines.
final class Programs {
  private Programs() {}

  /// As the machine's own program is run.
  static ExecRequest of(String... words) {
    return new ExecRequest(
        List.of(words),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty());
  }

  static ExecRequest shell(String script) {
    return of("sh", "-c", script);
  }
}
