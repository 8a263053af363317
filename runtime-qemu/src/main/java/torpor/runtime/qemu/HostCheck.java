package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.Capabilities.Problem;
import torpor.host.program.Executables;
import torpor.runtime.qemu.boot.GuestKernel;
import torpor.runtime.qemu.cgroup.Cgroups;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.MachineFiles;
import torpor.runtime.qemu.vmm.MachineName;
import torpor.runtime.qemu.vmm.Qemu;

/// Looks whether this host has what machines need. Starts none but, once per boot of a host with
/// KVM, the one that shows whether KVM works.
final class HostCheck {
  // <data>/instances/<26 characters>/vm/<generation>
  private static final int BELOW_DATA = "/instances/".length() + 26 + "/vm/1000000".length();

  private HostCheck() {}

  sealed interface Outcome {}

  /// What is needed, found.
  record Found(
      Qemu qemu,
      Path setsid,
      GuestKernel kernel,
      HostProcessor processor,
      Accelerator accelerator,
      Cgroups cgroups,
      Capabilities capabilities)
      implements Outcome {}

  record Lacking(Capabilities capabilities) implements Outcome {}

  static Outcome look(QemuSettings settings) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return new Lacking(unavailable("This is not Linux.", "Use a Linux host."));
    }
    List<Problem> problems = new ArrayList<>();
    Optional<Path> binary =
        settings.qemu().or(() -> program("qemu-system-x86_64", "qemu-system-x86", problems));
    Optional<Path> imageTool = program("qemu-img", "qemu-utils", problems);
    Optional<Path> setsid = program("setsid", "util-linux", problems);
    program("mkfs.ext4", "e2fsprogs", problems);
    program("e2fsck", "e2fsprogs", problems);
    program("resize2fs", "e2fsprogs", problems);
    requireShortPaths(settings, problems);
    Optional<GuestKernel> kernel = kernel(settings.kernel(), problems);
    Optional<HostProcessor> processor = processor(problems);
    if (!problems.isEmpty()) {
      return new Lacking(describe(false, Optional.empty(), problems));
    }
    try {
      Qemu qemu = Qemu.at(binary.orElseThrow(), imageTool.orElseThrow());
      Accelerator accelerator =
          settings.accelerator().isPresent()
              ? settings.accelerator().get()
              : new KvmTrial(
                      settings.directory(),
                      MachineName.ownerOf(settings.owner()),
                      setsid.orElseThrow())
                  .decide(qemu, kernel.orElseThrow(), processor.orElseThrow());
      Cgroups cgroups = Cgroups.open("trial-" + ProcessHandle.current().pid());
      cgroups
          .lacking()
          .ifPresent(why ->
              problems.add(
                  new Problem(
                      unlimited(why),
                      "Run as root where cgroups are mounted writable, with cpu, memory and pids.")));
      String version =
          "QEMU %s, %s, Linux %s, cgroup %s"
              .formatted(
                  qemu.version(),
                  accelerator.text(),
                  kernel.orElseThrow().release(),
                  cgroups.version());
      return new Found(
          qemu,
          setsid.orElseThrow(),
          kernel.orElseThrow(),
          processor.orElseThrow(),
          accelerator,
          cgroups,
          describe(true, Optional.of(version), problems));
    } catch (IOException unusable) {
      return new Lacking(
          unavailable(
              "QEMU does not run: " + unusable.getMessage() + ".",
              "Install qemu-system-x86 again, or name another program."));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Lacking(unavailable("The check was interrupted.", "Start again."));
    }
  }

  static String unlimited(String why) {
    return "What QEMU itself takes of the host is not limited: " + why + ".";
  }

  static Capabilities unavailable(String what, String remedy) {
    return describe(false, Optional.empty(), List.of(new Problem(what, remedy)));
  }

  private static Capabilities describe(
      boolean available, Optional<String> version, List<Problem> problems) {
    return new Capabilities(
        available, available, available, available, false, available, "vm", version, problems);
  }

  private static Optional<Path> program(String name, String debian, List<Problem> problems) {
    Optional<Path> found = Executables.find(name);
    if (found.isEmpty()) {
      problems.add(
          new Problem(
              "There is no " + name + ".", "Install it; Debian: apt-get install " + debian + "."));
    }
    return found;
  }

  private static void requireShortPaths(QemuSettings settings, List<Problem> problems) {
    Path data = settings.directory().toAbsolutePath().getParent();
    int length = String.valueOf(data).length() + BELOW_DATA;
    if (length > MachineFiles.LONGEST_DIRECTORY) {
      problems.add(
          new Problem(
              "The data directory's path is "
                  + (length - MachineFiles.LONGEST_DIRECTORY)
                  + " characters too long for the sockets of machines.",
              "Use a data directory with a shorter path."));
    }
  }

  private static Optional<GuestKernel> kernel(Path directory, List<Problem> problems) {
    try {
      return Optional.of(GuestKernel.in(directory));
    } catch (IOException missing) {
      problems.add(
          new Problem(
              "There is no kernel for machines: " + missing.getMessage() + ".",
              "Run torpor doctor --fix, which fetches and prepares it."));
      return Optional.empty();
    }
  }

  private static Optional<HostProcessor> processor(List<Problem> problems) {
    try {
      return Optional.of(HostProcessor.ofThisHost());
    } catch (IOException unreadable) {
      problems.add(new Problem(unreadable.getMessage() + ".", "Mount /proc in full."));
      return Optional.empty();
    }
  }
}
