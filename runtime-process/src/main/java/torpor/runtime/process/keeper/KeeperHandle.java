package torpor.runtime.process.keeper;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.core.machine.MachineHandle;
import torpor.host.process.ProcessIdentity;

/// What finds a keeper again: process number and start time, within one run of the host.
public record KeeperHandle(ProcessIdentity keeper, String bootId) {
  private static final Pattern SHAPE =
      Pattern.compile("pid=(\\d{1,18}) start=(\\d{1,18}) boot=([0-9a-f-]{1,64})");

  /// @return empty where the text is not one of ours
  public static Optional<KeeperHandle> parse(MachineHandle handle) {
    Matcher parts = SHAPE.matcher(handle.text());
    return parts.matches()
        ? Optional.of(
            new KeeperHandle(
                new ProcessIdentity(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))),
                parts.group(3)))
        : Optional.empty();
  }

  public MachineHandle toHandle() {
    return new MachineHandle(
        "pid=" + keeper.pid() + " start=" + keeper.startTime() + " boot=" + bootId);
  }
}
