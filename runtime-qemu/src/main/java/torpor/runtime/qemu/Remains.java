package torpor.runtime.qemu;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import torpor.host.process.ExitWatch;
import torpor.runtime.qemu.cgroup.Cgroups;
import torpor.runtime.qemu.vmm.Census;
import torpor.runtime.qemu.vmm.MachineName;

/// What one owner's machines have in this host, whoever started them: processes, and cgroups. The
/// mark in the command line finds them; whoever has that does not need to know more. Thread-safe.
record Remains(String owner, ExitWatch exits, Cgroups cgroups) {
  static final Duration END_PATIENCE = Duration.ofSeconds(30);

  static boolean isUpTo(MachineName name, MachineName last) {
    return name.machine().equals(last.machine()) && name.generation() <= last.generation();
  }

  /// @return the machines that had a process
  Set<String> endProcesses(Predicate<MachineName> wanted) throws IOException, InterruptedException {
    List<Census.Found> found =
        Census.take(owner).stream().filter(process -> wanted.test(process.name())).toList();
    found.forEach(process -> process.process().kill());
    Set<String> ended = new HashSet<>();
    for (Census.Found process : found) {
      try {
        exits.onExit(process.process()).get(END_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException notEnded) {
        throw new IOException("process " + process.process().pid() + " does not end", notEnded);
      }
      ended.add(process.name().machine());
    }
    return ended;
  }

  /// What a daemon left that died before the process that it was for, or after it.
  void removeCgroups(Predicate<MachineName> wanted) {
    for (String name : cgroups.names(MachineName.prefix(owner))) {
      if (MachineName.parse(name).filter(wanted).isPresent()) {
        cgroups.find(name).remove();
      }
    }
  }
}
