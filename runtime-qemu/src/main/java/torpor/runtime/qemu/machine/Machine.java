package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.machine.ExitStatus;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestException;
import torpor.runtime.qemu.agent.LeftSessions;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.agent.Sessions;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.BlockDevices;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.DiskFile;
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

  /// A disk of more files is made shorter while the machine runs; of as many, before it stops.
  private static final int LONG_DISK = 8;

  private static final int LONGEST_DISK = 64;
  private static final String RECORD = "machine.json";

  private final Place place;
  private final Vmm vmm;
  private final Conversation conversation;
  private final BlankDisks blanks;
  private Manifest built;
  private boolean standing;
  private boolean programsFrozen;
  private boolean diskShared;
  private @Nullable CompletableFuture<Records> greeting;
  private @Nullable Shortening shortening;

  /// @param built what it is made of; the top file of its disk is its own
  Machine(Place place, Vmm vmm, Conversation conversation, BlankDisks blanks, Manifest built) {
    this.place = place;
    this.vmm = vmm;
    this.conversation = conversation;
    this.blanks = blanks;
    this.built = built;
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
    return built;
  }

  DiskChain disk() {
    return new DiskChain(place.disk(), built.disk(), built.diskBytes());
  }

  /// Notes what the machine is made of, for a later daemon and for the disk's next machine. Durable
  /// before the guest runs on: what it then flushes lies in a file that only this note names.
  void record() throws IOException {
    Path record = place.disk().resolve(RECORD);
    Path next = place.disk().resolve("." + RECORD);
    Files.write(next, ManifestJson.write(built));
    SnapshotDirectory.flush(next);
    Files.move(next, record, StandardCopyOption.ATOMIC_MOVE);
    SnapshotDirectory.flush(place.disk());
  }

  /// What a machine was made of the last time.
  ///
  /// @return empty where there has been none
  static Optional<Manifest> recorded(Place place) throws IOException {
    Path record = place.disk().resolve(RECORD);
    return Files.exists(record)
        ? Optional.of(ManifestJson.read(Files.readAllBytes(record)))
        : Optional.empty();
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
      endShortening();
      monitor().execute("stop", PATIENCE);
      standing = true;
    }
  }

  /// It was found standing still, or was made so.
  void standsStill(boolean withProgramsFrozen) {
    standing = true;
    programsFrozen = withProgramsFrozen;
  }

  /// The file that its disk is written to is part of a snapshot from now on.
  void diskIsShared() {
    diskShared = true;
  }

  /// Whether the file that its disk is written to is part of a snapshot.
  public boolean hasSharedDisk() {
    return diskShared;
  }

  /// No snapshot came of it: its disk is nobody else's.
  public void diskIsItsOwn() {
    diskShared = false;
  }

  /// Lets the processor go on, over a new disk layer where the last one is a snapshot's.
  void cont() throws IOException, InterruptedException {
    if (diskShared) {
      addDiskLayer();
    }
    monitor().execute("cont", PATIENCE);
    standing = false;
    if (built.disk().size() > LONG_DISK) {
      shortening = Shortening.begin(monitor(), topNode(), BlockDevices.bottomOf(Blueprint.OVERLAY));
    }
  }

  /// An earlier daemon may have left it at that.
  void forgetShortening() throws IOException {
    Shortening.forget(monitor());
  }

  private void endShortening() throws IOException {
    Shortening begun = shortening;
    shortening = null;
    if (begun != null && begun.end(built.disk().size() < LONGEST_DISK)) {
      DiskChain longer = disk();
      built = built.withDisk(longer.shortened().files());
      record();
      longer.deleteBetween();
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
      Agent.within(agent().thaw(Identity.moment(clock)), PATIENCE, "let the programs go on");
      programsFrozen = false;
    }
  }

  private void addDiskLayer() throws IOException, InterruptedException {
    DiskChain longer = disk().withLayer(blanks);
    ObjectNode arguments = QmpMonitor.arguments();
    arguments.put("node-name", topNode());
    arguments.put("snapshot-file", longer.top().toString());
    arguments.put("snapshot-node-name", nodeName());
    arguments.put("format", DiskFile.Format.QCOW2.text());
    arguments.put("mode", "existing");
    Manifest before = built;
    built = built.withDisk(longer.files());
    try {
      // Noted first: an empty layer that nobody writes to does no harm, one that nobody knows
      // would.
      record();
      monitor().execute("blockdev-snapshot-sync", arguments, PATIENCE);
    } catch (IOException failed) {
      built = before;
      throw failed;
    }
    diskShared = false;
  }

  /// QEMU takes names of at most 31 characters.
  private static String nodeName() {
    return "top" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  }

  /// The node that the guest's writable disk writes to now.
  private String topNode() throws IOException {
    String device = "disk-" + Blueprint.OVERLAY;
    for (JsonNode block : monitor().execute("query-block", PATIENCE).values()) {
      String attached = block.path("qdev").asString("");
      if (attached.endsWith("/" + device + "/virtio-backend") || attached.endsWith(device)) {
        return block.path("inserted").path("node-name").asString();
      }
    }
    throw new IOException("QEMU does not know the machine's writable disk");
  }

  /// Completes with the guest's report when the program has ended for good.
  public CompletableFuture<Records> workloadEnd() {
    return conversation.workloadEnd();
  }

  /// Asks the workload to end, makes the guest end it after `grace`, and waits until it has; where
  /// the guest does not hear, that is soon given up.
  public void askToEnd(Duration grace) {
    CompletableFuture<Object> ended = CompletableFuture.anyOf(workloadEnd(), vmm.exited());
    try {
      Agent.within(agent().stop(grace), POWER_OFF, "stop");
      ended.get(grace.plus(POWER_OFF).toNanos(), TimeUnit.NANOSECONDS);
    } catch (GuestException | ExecutionException | TimeoutException notHeard) {
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
      Directories.delete(place.directory());
    } catch (IOException failed) {
      log.warn("{} cannot be removed", place.directory(), failed);
    }
  }
}
