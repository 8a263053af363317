package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.machine.ExitStatus;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestException;
import torpor.runtime.qemu.agent.LeftSessions;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.agent.Sessions;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.ChainRecord;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.qmp.QmpMonitor;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.ManifestJson;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.Vmm;

/// A machine that has a process. One thread at a time, but for [#end].
public final class Machine {
  private static final Logger log = LoggerFactory.getLogger(Machine.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration FREEZE_PATIENCE = Duration.ofSeconds(5);
  private static final Duration POWER_OFF = Duration.ofSeconds(5);

  static final String RECORD = "machine.json";

  private final Place place;
  private final Vmm vmm;
  private final Conversation conversation;
  private final Manifest made;

  /// The machine's own first, then its volumes.
  private final List<WrittenDisk> disks = new ArrayList<>();

  private boolean standing;
  private boolean programsFrozen;
  private @Nullable CompletableFuture<Records> greeting;

  /// @param built what it is made of; the top files of its disks are its own
  Machine(Place place, Vmm vmm, Conversation conversation, BlankDisks blanks, Manifest built) {
    this.place = place;
    this.vmm = vmm;
    this.conversation = conversation;
    this.made = built;
    disks.add(
        new WrittenDisk(
            vmm.monitor(),
            blanks,
            Blueprint.OVERLAY,
            new DiskChain(place.disk(), built.disk(), built.diskBytes())));
    for (VolumeDisk volume : built.volumes()) {
      disks.add(
          new WrittenDisk(
              vmm.monitor(), blanks, volume.serial(), MachineVolumes.chain(place, volume)));
    }
  }

  public Place place() {
    return place;
  }

  public Vmm vmm() {
    return vmm;
  }

  public Agent agent() {
    return conversation.agent();
  }

  public Sessions sessions() {
    return conversation.sessions();
  }

  Conversation conversation() {
    return conversation;
  }

  QmpMonitor monitor() {
    return vmm.monitor();
  }

  Manifest built() {
    List<VolumeDisk> volumes = new ArrayList<>();
    for (int i = 0; i < made.volumes().size(); i++) {
      volumes.add(made.volumes().get(i).with(disks.get(i + 1).chain().files()));
    }
    return made.withDisk(disks.getFirst().chain().files()).withVolumes(volumes);
  }

  /// Hard-links all that its disks are made of.
  void linkDisks(Path directory) throws IOException {
    for (WrittenDisk disk : disks) {
      disk.linkInto(directory);
    }
  }

  /// Notes what the machine is made of, for a later daemon and for the disk's next machine. Durable
  /// before the guest runs on: what it then flushes lies in a file that only this note names.
  void record() throws IOException {
    Path record = place.disk().resolve(RECORD);
    Path next = place.disk().resolve("." + RECORD);
    Files.write(next, ManifestJson.write(built()));
    SnapshotDirectory.flush(next);
    Files.move(next, record, StandardCopyOption.ATOMIC_MOVE);
    SnapshotDirectory.flush(place.disk());
    for (WrittenDisk volume : disks.subList(1, disks.size())) {
      ChainRecord.write(volume.chain());
    }
  }

  /// Deletes what its disks were before it was made of a snapshot. Nobody goes back from there: it
  /// runs.
  void dropEarlierDisks() {
    try {
      disks.getFirst().chain().deleteOthers(RECORD);
      for (VolumeDisk volume : made.volumes()) {
        if (volume.mode() == VolumeMount.Mode.READ_WRITE) {
          ChainRecord.deleteOthers(MachineVolumes.chain(place, volume));
        }
      }
    } catch (IOException stays) {
      log.warn("{} keeps files of its earlier disks", place.name(), stays);
    }
  }

  /// What a machine was made of the last time.
  ///
  /// @return empty where there has been none
  static Optional<Manifest> recorded(Place place) throws IOException {
    Path record = place.disk().resolve(RECORD);
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ManifestJson.read(Files.readAllBytes(record)));
    } catch (IOException damaged) {
      throw new IOException("'%s': %s".formatted(record, damaged.getMessage()), damaged);
    }
  }

  /// Begins the conversation; the answer comes when the guest runs.
  void greet() {
    greeting = agent().connect();
  }

  /// Waits for the guest's answer, then until its program runs, and takes its output from then on.
  Records settle(Duration patience) throws IOException {
    CompletableFuture<Records> asked = greeting;
    if (asked == null) {
      throw new IllegalStateException("the guest was not greeted");
    }
    var _ = vmm.exited().thenRun(() -> agent().close());
    Records hello;
    try {
      hello = Agent.within(asked, patience, "reach the guest");
    } catch (GuestException silent) {
      if (vmm.process().isAlive()) {
        throw silent;
      }
      throw new IOException("the machine ended: " + Launcher.tail(vmm.files().log()), silent);
    }
    greeting = null;
    LeftSessions.drain(agent(), sessions(), hello);
    return hello;
  }

  /// Waits until the workload runs, and takes its output from where the console stands.
  void attend(Records hello) throws IOException {
    conversation.awaitWorkload(hello, PATIENCE);
    Agent.within(conversation.attach(), PATIENCE, "take the program's output");
  }

  /// Sees whether its QEMU is still there.
  ///
  /// @throws IOException where it does not answer
  public void demandAnswer() throws IOException {
    monitor().execute("query-status", PATIENCE);
  }

  /// Whether it stands still.
  public boolean isPaused() {
    return standing;
  }

  /// Stops the programs and then the processor: the next to run after this is the guest's init.
  ///
  /// @param dropCaches whether memory that the guest can read again from its disks is freed
  /// @throws GuestException where the guest does not stop its programs; they run on then
  public void pause(boolean dropCaches) throws IOException {
    if (!programsFrozen) {
      if (isStalled()) {
        throw new IOException("it waits for its disk: No space left on device");
      }
      Agent.within(
          agent().freeze(dropCaches, FREEZE_PATIENCE),
          FREEZE_PATIENCE.plus(PATIENCE),
          "stop the programs");
      programsFrozen = true;
    }
    stop();
  }

  /// Completes when the host has no room for what the guest writes to its disk. QEMU has stopped
  /// the processor then, and the guest knows nothing of it.
  public CompletableFuture<?> stalled() {
    return monitor().next(event -> event.says("BLOCK_IO_ERROR", "action", "stop"));
  }

  /// Lets the processor write again, where it was stopped for that. Without room it stops again.
  public void tryDiskAgain() throws IOException {
    if (isStalled()) {
      monitor().execute("cont", PATIENCE);
    }
  }

  private boolean isStalled() throws IOException {
    JsonNode status = monitor().execute("query-status", PATIENCE);
    return status.path("status").asString("").equals("io-error");
  }

  /// Stops the processor; nothing in the guest knows.
  void stop() throws IOException {
    if (!standing) {
      for (WrittenDisk disk : disks) {
        disk.endShortening();
      }
      monitor().execute("stop", PATIENCE);
      standing = true;
      for (WrittenDisk disk : disks) {
        disk.dropCopied(this::record);
      }
    }
  }

  /// It was found standing still, or was made so.
  void standsStill(boolean withProgramsFrozen) {
    standing = true;
    programsFrozen = withProgramsFrozen;
  }

  /// The files that its disks are written to are part of a snapshot from now on.
  void disksAreShared() {
    disks.forEach(WrittenDisk::isShared);
  }

  /// Whether the files that its disks are written to are part of a snapshot.
  public boolean hasSharedDisk() {
    return disks.stream().anyMatch(WrittenDisk::hasShared);
  }

  /// No snapshot came of it: its disks are nobody else's.
  public void diskIsItsOwn() {
    disks.forEach(WrittenDisk::isItsOwn);
  }

  /// Lets the processor go on, over new disk layers where the last ones are a snapshot's.
  void cont() throws IOException, InterruptedException {
    for (WrittenDisk disk : disks) {
      disk.leaveToSnapshot(this::record);
    }
    monitor().execute("cont", PATIENCE);
    standing = false;
    for (WrittenDisk disk : disks) {
      disk.runs();
    }
  }

  /// An earlier daemon may have left it at that.
  void forgetShortening() throws IOException {
    for (WrittenDisk disk : disks) {
      disk.forgetShortening();
    }
  }

  /// Lets processor and programs go on, with the clock set right. Nothing to do is fine.
  public void resume(InstantSource clock) throws IOException, InterruptedException {
    resume(clock, PATIENCE);
  }

  /// @param patience with a guest that was greeted and has not answered yet
  void resume(InstantSource clock, Duration patience) throws IOException, InterruptedException {
    if (standing) {
      cont();
    }
    if (greeting != null) {
      Records hello = settle(patience);
      programsFrozen |= hello.find("frozen").orElse("0").equals("1");
      attend(hello);
    }
    if (programsFrozen) {
      Instant told = clock.instant();
      Agent.within(agent().thaw(Identity.moment(clock)), PATIENCE, "let the programs go on");
      programsFrozen = false;
      GuestClock.correct(agent(), clock, GuestClock.behind(clock, told));
    }
  }

  /// Completes with the guest's report when the program has ended for good.
  public CompletableFuture<Records> workloadEnd() {
    return conversation.workloadEnd();
  }

  /// Asks the workload to end, makes the guest end it after `grace`, and waits until the machine
  /// has left its disks clean and is off; where the guest does not hear, that is soon given up.
  public void askToEnd(Duration grace) {
    CompletableFuture<Object> ended = CompletableFuture.anyOf(workloadEnd(), vmm.exited());
    try {
      Agent.within(agent().stop(grace), POWER_OFF, "stop");
      ended.get(grace.plus(POWER_OFF).toNanos(), TimeUnit.NANOSECONDS);
      // What it has written and not flushed is on its disks only after that.
      Agent.within(agent().shutdown(), POWER_OFF, "power off");
      vmm.await(PATIENCE);
    } catch (IOException | ExecutionException | TimeoutException notHeard) {
      log.debug("{} does not end when asked", place.name(), notHeard);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /// The workload has ended: lets the machine power off, or ends it.
  public ExitStatus powerOff(Records report) throws IOException {
    ExitStatus status = Exits.of(report);
    ExitRecord.write(place, report);
    var _ = agent().release(Conversation.WORKLOAD);
    try {
      vmm.await(POWER_OFF);
    } catch (IOException stillThere) {
      vmm.kill();
    }
    return status;
  }

  /// The process has ended by itself.
  public ExitStatus lost() {
    return exitOf(place)
        .or(() -> outOfMemory(vmm.exited().getNow(Vmm.Ended.SOMEHOW) == Vmm.Ended.OUT_OF_MEMORY))
        .orElseGet(() -> new ExitStatus.Lost("QEMU ended: " + Launcher.tail(vmm.files().log())));
  }

  /// How a machine ended that is gone, where its guest could still say so.
  public static Optional<ExitStatus> exitOf(Place place) {
    return ExitRecord.read(place).map(Exits::of);
  }

  /// How it ended where the kernel ended it.
  public static Optional<ExitStatus> outOfMemory(boolean is) {
    return is
        ? Optional.of(
            new ExitStatus.OutOfMemory(
                "the host's kernel ended QEMU: its memory limit was reached, or the host's memory"
                    + " was used up"))
        : Optional.empty();
  }

  /// Ends whatever of it runs. From any thread.
  public void end() throws IOException {
    conversation.close();
    vmm.kill();
  }

  /// Leaves it to a later daemon.
  public void leave() {
    conversation.close();
    vmm.monitor().close();
  }

  /// Removes what it kept but its disk; its process is gone.
  public void clear() {
    conversation.close();
    try {
      FileTrees.delete(place.directory());
    } catch (IOException failed) {
      log.warn("{} cannot be removed", place.directory(), failed);
    }
  }
}
