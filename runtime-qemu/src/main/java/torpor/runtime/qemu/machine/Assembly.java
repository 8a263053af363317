package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;
import torpor.host.file.FileTrees;
import torpor.host.process.ProcessIdentity;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.boot.ConfigDisk;
import torpor.runtime.qemu.boot.GuestKernel;
import torpor.runtime.qemu.boot.TemplateKey;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SeenContents;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Launcher;

/// Puts machines together. Thread-safe; the methods wait. What fails leaves no process; whoever
/// owns the directory clears it.
public final class Assembly {
  private static final Duration BOOT_PATIENCE = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String NEVER = "";

  private final MachineBuilder builder;
  private final SeenContents seen;
  private final InstantSource clock;

  public Assembly(
      Launcher launcher,
      GuestKernel kernel,
      HostProcessor processor,
      BlankDisks blanks,
      SeenContents seen,
      Optional<SocketAddress> guestApi,
      InstantSource clock,
      Executor threads) {
    this(new MachineBuilder(launcher, kernel, processor, blanks, guestApi, threads), seen, clock);
  }

  private Assembly(MachineBuilder builder, SeenContents seen, InstantSource clock) {
    this.builder = builder;
    this.seen = seen;
    this.clock = clock;
  }

  /// The same for machines that get no way to the daemon.
  public Assembly withoutGuestApi() {
    return new Assembly(
        new MachineBuilder(
            builder.launcher(),
            builder.kernel(),
            builder.processor(),
            builder.blanks(),
            Optional.empty(),
            builder.threads()),
        seen,
        clock);
  }

  /// What a template for such a machine must be, its disks new.
  public TemplateKey keyOf(Blueprint blueprint) {
    return new TemplateKey(
        builder.launcher().qemu().build(),
        blueprint.hardware(),
        builder.tsc(blueprint),
        builder.kernel().digest(),
        Optional.of(new TemplateKey.Mounted(blueprint.image(), blueprint.diskBytes())));
  }

  /// Whether a template can be of use to machines that are made now.
  boolean fits(Manifest template) {
    return template.qemuBuild().equals(builder.launcher().qemu().build())
        && template.kernel().equals(builder.kernel().digest());
  }

  /// The disk of this place's last machine, if it had one of the same image and size.
  public Optional<DiskChain> lastDisk(Place place, Blueprint blueprint)
      throws IOException, InterruptedException {
    Optional<Manifest> last =
        Machine.recorded(place)
            .filter(manifest ->
                manifest.image().equals(Optional.of(blueprint.image().text()))
                    && manifest.diskBytes() == blueprint.diskBytes());
    if (last.isEmpty()) {
      return Optional.empty();
    }
    DiskChain disk = new DiskChain(place.disk(), last.get().disk(), last.get().diskBytes());
    // Of a restore that came to nothing.
    disk.deleteOthers(Machine.RECORD);
    return Optional.of(disk.reopened(builder.blanks()));
  }

  /// An empty disk for this place.
  public DiskChain freshDisk(Place place, Blueprint blueprint)
      throws IOException, InterruptedException {
    FileTrees.delete(place.disk());
    return DiskChain.fresh(place.disk(), blueprint.diskBytes(), builder.blanks());
  }

  /// Boots a machine. Its program runs when this returns.
  ///
  /// @param console open for its output from the start
  public Machine boot(Place place, Blueprint blueprint, DiskChain disk, ConsoleLog console)
      throws IOException, InterruptedException {
    ConfigDisk.write(blueprint.instructions(), place.directory().resolve(Manifest.CONFIG));
    Manifest built = builder.built(place, blueprint, disk).withVolumes(volumes(place, blueprint));
    List<ObjectNode> disks = MachineBuilder.disks(place, blueprint.rootfs(), built);
    Instant began = clock.instant();
    Machine machine = builder.bootUpTo(NEVER, place, built, disks, blueprint.wire(), console);
    try {
      machine.greet();
      machine.attend(machine.settle(BOOT_PATIENCE));
      // It has read a clock of whole seconds, and a while ago.
      GuestClock.correct(machine.agent(), clock, GuestClock.behind(clock, began));
      return machine;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      machine.end();
      throw failed;
    }
  }

  private List<VolumeDisk> volumes(Place place, Blueprint blueprint)
      throws IOException, InterruptedException {
    return new MachineVolumes(place, builder.blanks()).ready(blueprint.volumes());
  }

  /// Makes a machine as a copy of a template. Its program runs when this returns.
  ///
  /// @param disk its disk, for a template that has mounted none; empty for one that has
  /// @param template one that was checked
  public Machine copy(
      Place place,
      Blueprint blueprint,
      Optional<DiskChain> disk,
      Path template,
      Manifest frozen,
      ConsoleLog console)
      throws IOException, InterruptedException {
    ConfigDisk.write(blueprint.instructions(), place.directory().resolve(Manifest.CONFIG));
    DiskChain chain = disk.isPresent() ? disk.get() : builder.thawedDisk(place, template, frozen);
    Manifest built = builder.built(place, blueprint, chain).withVolumes(volumes(place, blueprint));
    MachineBuilder.Frozen checked = new MachineBuilder.Frozen(template, frozen, Checking.passed());
    Machine machine =
        builder.revive(place, blueprint.rootfs(), blueprint.wire(), checked, built, console);
    try {
      machine.greet();
      Instant told = clock.instant();
      CompletableFuture<Records> started = machine.agent().start(Identity.moment(clock));
      machine.record();
      machine.cont();
      Records hello = machine.settle(PATIENCE);
      Agent.within(started, PATIENCE, "start the template's copy");
      Duration behind = GuestClock.behind(clock, told);
      machine.attend(hello);
      GuestClock.correct(machine.agent(), clock, behind);
      return machine;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      machine.end();
      throw failed;
    }
  }

  /// Makes a machine from a snapshot. Its programs go on when this returns.
  ///
  /// @param volumes that whoever owns the machine has now
  /// @param frozen as [SnapshotDirectory#look] found it; the rest is checked here, while QEMU
  ///   starts
  public Machine restore(
      Place place,
      Path rootfs,
      Identity identity,
      List<VolumeOrder> volumes,
      Path snapshot,
      Manifest frozen,
      ConsoleLog console)
      throws IOException, InterruptedException {
    Checking.Check check =
        () -> {
          SnapshotDirectory.requireSums(snapshot, frozen);
          seen.requireIntact(snapshot, frozen);
        };
    try (Checking checking = Checking.begin(check, builder.threads())) {
      Manifest built = builder.thawed(place, volumes, snapshot, frozen);
      boolean itself = frozen.machine().equals(place.name().machine());
      Machine machine =
          builder.revive(
              place,
              rootfs,
              Blueprint.wire(identity),
              new MachineBuilder.Frozen(snapshot, frozen, checking),
              built,
              console);
      // What stays as it was is left alone: under emulation each part costs milliseconds.
      Instant told = clock.instant();
      return goneOn(machine, itself ? Identity.moment(clock) : identity.now(clock), told);
    }
  }

  /// Lets a machine that stands still go on as who it is to be.
  ///
  /// @param told the time that is in the repair
  private Machine goneOn(Machine machine, Records repair, Instant told)
      throws IOException, InterruptedException {
    try {
      machine.greet();
      CompletableFuture<Records> thawed = machine.agent().thaw(repair);
      // All that could fail in the host has not: from here on its disks are the snapshot's.
      machine.record();
      machine.cont();
      machine.settle(PATIENCE);
      Agent.within(thawed, PATIENCE, "let the programs go on");
      Duration behind = GuestClock.behind(clock, told);
      // Asked for no sooner: the guest would begin with that, and its programs wait.
      Agent.within(machine.conversation().attach(), PATIENCE, "take the program's output");
      GuestClock.correct(machine.agent(), clock, behind);
      machine.dropEarlierDisks();
      return machine;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      machine.end();
      throw failed;
    }
  }

  /// Boots a machine up to where it waits, and freezes it there.
  ///
  /// @param place of its own, gone afterwards
  /// @param mounted whether it waits with the image's disks mounted, or before it looks for any
  /// @param into an empty directory
  void makeTemplate(Place place, Blueprint blueprint, boolean mounted, Path into)
      throws IOException, InterruptedException {
    new TemplateMaking(builder, seen).make(place, blueprint, mounted, into);
  }

  /// Makes a machine from a snapshot that nobody can reach; see [Rehearsing#rehearse].
  public void rehearse(Place place, Path rootfs, Path snapshot, Manifest frozen)
      throws IOException, InterruptedException {
    new Rehearsing(builder).rehearse(place, rootfs, snapshot, frozen);
  }

  /// Finds a machine of an earlier daemon again. It goes on, unless it stands still and is to be
  /// left so.
  ///
  /// @return empty where its process is gone
  /// @throws IOException where it runs and does not answer
  public Optional<Machine> adopt(Place place, ProcessIdentity process, boolean leavePaused)
      throws IOException, InterruptedException {
    return new Adoption(builder.launcher(), builder.blanks(), builder.guestApi(), clock)
        .adopt(place, process, leavePaused);
  }
}
