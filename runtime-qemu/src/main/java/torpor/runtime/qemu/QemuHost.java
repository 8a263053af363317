package torpor.runtime.qemu;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.engine.machine.Capabilities;
import torpor.host.process.ExitWatch;
import torpor.runtime.qemu.cgroup.Cgroups;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.machine.Assembly;
import torpor.runtime.qemu.machine.Templates;
import torpor.runtime.qemu.snapshot.SnapshotCare;
import torpor.runtime.qemu.upkeep.Upkeep;
import torpor.runtime.qemu.vmm.Census;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.MachineName;

/// What all machines of this host share: the QEMU, the kernel, the templates, the threads.
///
/// @param threads for what waits: one machine's work at a time each
record QemuHost(
    String owner,
    Capabilities capabilities,
    Assembly assembly,
    Births births,
    ExitWatch exits,
    Cgroups cgroups,
    SnapshotCare care,
    Upkeep upkeep,
    Rehearsals rehearsals,
    InstantSource clock,
    ExecutorService threads,
    ExecutorService background)
    implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QemuHost.class);
  private static final int PROXY_PORT = 47867;

  static QemuHost open(QemuSettings settings, HostCheck.Found host) throws IOException {
    return open(settings, host, InstantSource.system());
  }

  static QemuHost open(QemuSettings settings, HostCheck.Found host, InstantSource clock)
      throws IOException {
    String owner = MachineName.ownerOf(settings.owner());
    ExecutorService threads =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("qemu-machine-", 0).factory());
    ExecutorService background =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("qemu-templates").factory());
    ExitWatch exits = ExitWatch.open();
    Launcher launcher = new Launcher(host.qemu(), host.setsid(), exits, host.cgroups());
    BlankDisks blanks =
        new BlankDisks(settings.directory().resolve("blank"), host.qemu().imageTool());
    SnapshotCare care = SnapshotCare.create();
    Assembly assembly =
        new Assembly(
            launcher,
            host.kernel(),
            host.processor(),
            blanks,
            care.seen(),
            settings.guestApi(),
            clock,
            threads);
    endNobodys(owner, host.cgroups());
    Optional<Templates> templates = Optional.empty();
    if (settings.templates()) {
      templates =
          Optional.of(
              new Templates(
                  settings.directory().resolve("templates"),
                  owner,
                  assembly,
                  care.uses(),
                  background));
      templates.get().clearUnfinished();
    }
    boolean proxied = host.kernel().proxies() && settings.guestApi().isPresent();
    Births births =
        new Births(
            settings.images(),
            assembly,
            templates,
            care,
            host.accelerator(),
            host.qemu().build(),
            host.processor(),
            proxied ? OptionalInt.of(PROXY_PORT) : OptionalInt.empty());
    Upkeep upkeep =
        new Upkeep(
            settings.upkeep(),
            care.uses(),
            clock,
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("snapshot-upkeep").factory()));
    upkeep.begin();
    Rehearsals rehearsals =
        new Rehearsals(
            settings.directory().resolve("rehearsal"),
            owner,
            assembly.withoutGuestApi(),
            births,
            care.uses());
    rehearsals.clear();
    return new QemuHost(
        owner,
        host.capabilities(),
        assembly,
        births,
        exits,
        host.cgroups(),
        care,
        upkeep,
        rehearsals,
        clock,
        threads,
        background);
  }

  /// Whether it is a machine that belongs to no instance: no sweep would know it.
  static boolean isNobodys(MachineName name) {
    return Templates.isMaker(name) || Rehearsals.isTrial(name);
  }

  /// What a killed daemon left of those.
  private static void endNobodys(String owner, Cgroups cgroups) throws IOException {
    for (Census.Found found : Census.take(owner)) {
      if (isNobodys(found.name())) {
        found.process().kill();
      }
    }
    for (String left : cgroups.names(MachineName.prefix(owner))) {
      if (MachineName.parse(left).filter(QemuHost::isNobodys).isPresent()) {
        cgroups.find(left).remove();
      }
    }
  }

  /// Machines go on.
  @Override
  public void close() {
    upkeep.close();
    rehearsals.close();
    background.shutdownNow();
    threads.shutdownNow();
    try {
      endNobodys(owner, cgroups);
      cgroups.clear();
    } catch (IOException e) {
      log.warn("what made a template or was on trial is left to the next daemon", e);
    }
    exits.close();
  }
}
