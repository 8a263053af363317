package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.host.file.FileTrees;
import torpor.host.process.ExitWatch;
import torpor.host.process.ProcessIdentity;
import torpor.runtime.qemu.boot.GuestKernel;
import torpor.runtime.qemu.cgroup.Cgroups;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.machine.Trial;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.MachineName;
import torpor.runtime.qemu.vmm.Qemu;

/// Finds out whether KVM works by booting with it once: a device file that can be opened proves
/// nothing, above all inside of another virtual machine. The answer holds until the host is booted
/// again or QEMU or kernel change, and is kept so long.
record KvmTrial(Path directory, String owner, Path setsid) {
  private static final Logger log = LoggerFactory.getLogger(KvmTrial.class);
  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String YES = "works";

  Accelerator decide(Qemu qemu, GuestKernel kernel, HostProcessor processor)
      throws InterruptedException {
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      return Accelerator.TCG;
    }
    try {
      Files.createDirectories(directory);
      String subject = ProcessIdentity.bootId() + " " + qemu.build() + " " + kernel.digest();
      Path note = directory.resolve("kvm");
      Optional<String> known =
          Files.exists(note) ? Optional.of(Files.readString(note)) : Optional.empty();
      boolean works;
      if (known.isPresent() && known.get().startsWith(subject)) {
        works = known.get().endsWith(YES);
      } else {
        works = works(qemu, kernel, processor);
        Files.writeString(note, subject + " " + (works ? YES : "does not work"));
      }
      return works ? Accelerator.KVM : Accelerator.TCG;
    } catch (IOException unknown) {
      log.warn("whether KVM works cannot be found out; it is not used", unknown);
      return Accelerator.TCG;
    }
  }

  private boolean works(Qemu qemu, GuestKernel kernel, HostProcessor processor)
      throws IOException, InterruptedException {
    Path work = directory.resolve("trial");
    FileTrees.makeEmpty(work);
    String unique = UUID.randomUUID().toString().replace("-", "");
    MachineName name = new MachineName(owner, "template" + unique, 0);
    try (ExitWatch exits = ExitWatch.open()) {
      Trial.boot(
          new Launcher(qemu, setsid, exits, Cgroups.NONE),
          kernel,
          processor,
          Accelerator.KVM,
          name,
          work,
          PATIENCE);
      return true;
    } catch (IOException failed) {
      log.info("KVM does not work here, so machines are emulated: {}", failed.getMessage());
      return false;
    } finally {
      FileTrees.delete(work);
    }
  }
}
