package torpor.runtime.qemu.machine;

import torpor.core.machine.ExitStatus;
import torpor.runtime.qemu.agent.Records;

/// How a program ended, from the guest's report. Pure.
public final class Exits {
  private static final int KILLED = 9;

  private Exits() {}

  public static ExitStatus of(Records report) {
    long oomKills = report.number("oom_kills").orElse(0);
    if (report.number("code").isPresent()) {
      return new ExitStatus.Exited((int) report.number("code").getAsLong());
    }
    if (report.number("signal").isEmpty()) {
      return new ExitStatus.Lost(report.find("error").orElse("the guest did not say how it ended"));
    }
    long signal = report.number("signal").getAsLong();
    return signal == KILLED && oomKills > 0
        ? new ExitStatus.OutOfMemory("the machine's memory was used up")
        : new ExitStatus.Signalled("signal " + signal);
  }
}
