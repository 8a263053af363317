package torpor.engine.machine;

import torpor.core.machine.ExitStatus;

/// Told once when a machine ends by itself. Called on any thread; returns quickly.
@FunctionalInterface
public interface MachineListener {
  void ended(ExitStatus status);
}
