package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestApiProxy;
import torpor.runtime.qemu.boot.GuestKernel;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Hardware;
import torpor.runtime.qemu.vmm.Launch;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.MachineName;
import torpor.runtime.qemu.vmm.Vmm;

/// A machine without disks that boots until its init answers, and is gone again.
public final class Trial {
  private static final long MEMORY = 128L << 20;
  private static final String BEFORE_DISKS = "modules";

  private Trial() {}

  /// @param work an empty directory
  /// @throws IOException where it does not come so far within `patience`
  public static void boot(
      Launcher launcher,
      GuestKernel kernel,
      HostProcessor processor,
      Accelerator accelerator,
      MachineName name,
      Path work,
      Duration patience)
      throws IOException, InterruptedException {
    String model =
        accelerator == Accelerator.KVM ? processor.baseline().model() : Hardware.EMULATED_CPU;
    Hardware hardware = new Hardware(accelerator, model, 1, MEMORY, List.of(), false);
    Place place = new Place(name, work, work.resolve("console"));
    Files.createDirectories(place.directory());
    LayerFiles base = LayerFiles.in(place.directory(), Manifest.BASE);
    LayerWriter.zeroBase(Pages.count(MEMORY), base);
    Vmm vmm =
        launcher.launch(
            new Launch(
                name,
                hardware,
                base.pages(),
                List.of(),
                kernel.boot(accelerator, processor.tscKilohertz(), BEFORE_DISKS),
                Optional.empty(),
                place.files()));
    try {
      ConsoleLog console =
          ConsoleLog.from(Manifest.ConsoleOffsets.START, place.console(), place.journal());
      try (Conversation conversation =
          Conversation.open(place.files(), console, new GuestApiProxy(Optional.empty()))) {
        Agent.within(conversation.agent().connect(), patience, "boot a first machine");
      }
    } finally {
      vmm.kill();
    }
  }
}
