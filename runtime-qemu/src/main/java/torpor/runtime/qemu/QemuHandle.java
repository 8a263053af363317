package torpor.runtime.qemu;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.core.machine.MachineHandle;
import torpor.host.process.ProcessIdentity;

/// What finds a machine's process again: number and start time, within one run of the host.
record QemuHandle(ProcessIdentity process, String bootId) {
  private static final Pattern SHAPE =
      Pattern.compile("pid=(\\d{1,18}) start=(\\d{1,18}) boot=([0-9a-f-]{1,64})");

  /// Of a process of this run of the host.
  static QemuHandle of(ProcessIdentity process) {
    return new QemuHandle(process, ProcessIdentity.bootId());
  }

  boolean isOfThisRun() {
    return bootId.equals(ProcessIdentity.bootId());
  }

  /// @return empty where the text is not one of ours
  static Optional<QemuHandle> parse(MachineHandle handle) {
    Matcher parts = SHAPE.matcher(handle.text());
    return parts.matches()
        ? Optional.of(
            new QemuHandle(
                new ProcessIdentity(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))),
                parts.group(3)))
        : Optional.empty();
  }

  MachineHandle toHandle() {
    return new MachineHandle(
        "pid=" + process.pid() + " start=" + process.startTime() + " boot=" + bootId);
  }
}
