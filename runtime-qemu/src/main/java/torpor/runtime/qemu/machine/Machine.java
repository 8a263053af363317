package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.machine.ExitStatus;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestException;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.qmp.QmpMonitor;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.ManifestJson;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.Vmm;

/// A machine that has a process. One thread at a time, but for [#end].
public final class Machine {
  private static final Logger log = LoggerFactory.getLogger(Machine.class);
  static final String RECORD = "machine.json";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POWER_OFF = Duration.ofSeconds(5);

  private final Place place;
  private final Vmm vmm;
  private final Conversation conversation;
  private final BlankDisks blanks;
  private final AtomicReference<Manifest> built;
  private boolean standing;
  private boolean diskFrozen;

  /// @param built what it is made of; its top disk file is its own
  Machine(Place place, Vmm vmm, Conversation conversation, BlankDisks blanks, Manifest built) {
    this.place = place;
    this.vmm = vmm;
    this.conversation = conversation;
    this.blanks = blanks;
    this.built = new AtomicReference<>(built);
  }

  public Place place() {
    return place;
  }

  public Vmm vmm() {
    return vmm;
  }

  Conversation conversation() {
    return conversation;
  }

  public Agent agent() {
    return conversation.agent();
  }

  public torpor.runtime.qemu.agent.Sessions sessions() {
    return conversation.sessions();
  }

  Manifest built() {
    return java.util.Objects.requireNonNull(built.get());
  }

  Path directory() {
    return place.directory();
  }

  /// Notes what the machine is made of, for a later daemon.
  void record() throws IOException {
    Path record = directory().resolve(RECORD);
    Path next = directory().resolve("." + RECORD);
    Files.write(next, ManifestJson.write(built()));
    Files.move(next, record, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /// Stops the processor; nothing in the guest knows.
  void pause() throws IOException {
    monitor().execute("stop", PATIENCE);
    standing = true;
  }

  public boolean isPaused() {
    return standing;
  }

  /// It was found standing still.
  void foundPaused() {
    standing = true;
    diskFrozen = true;
  }

  /// Its disk's top file is part of a snapshot from now on.
  void diskIsShared() {
    diskFrozen = true;
  }

  /// Lets the processor go on, over a new disk layer where the last one is a snapshot's.
  void unpause() throws IOException, InterruptedException {
    if (diskFrozen) {
      addDiskLayer();
    }
    monitor().execute("cont", PATIENCE);
    standing = false;
  }

  private void addDiskLayer() throws IOException, InterruptedException {
    DiskFile layer = newLayer();
    Path file = directory().resolve(layer.name());
    blanks.newLayer(built().diskBytes(), file);
    String frozen = topNode();
    ObjectNode arguments = QmpMonitor.arguments();
    arguments.put("node-name", frozen);
    arguments.put("snapshot-file", file.toString());
    arguments.put("snapshot-node-name", nodeName());
    arguments.put("format", layer.format().text());
    arguments.put("mode", "existing");
    monitor().execute("blockdev-snapshot-sync", arguments, PATIENCE);
    List<DiskFile> chain = new ArrayList<>(built().disk());
    chain.add(layer);
    built.set(withDisk(built(), chain));
    diskFrozen = false;
    record();
  }

  /// QEMU takes names of at most 31 characters.
  private static String nodeName() {
    return "top" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  }

  /// The node that the guest's writable disk writes to now.
  private String topNode() throws IOException {
    for (var block : monitor().execute("query-block", PATIENCE).values()) {
      if (block.path("qdev").asString("").endsWith("/disk-" + Blueprint.OVERLAY + "/virtio-backend")
          || block.path("qdev").asString("").endsWith("disk-" + Blueprint.OVERLAY)) {
        return block.path("inserted").path("node-name").asString();
      }
    }
    throw new IOException("QEMU does not know the machine's writable disk");
  }

  static DiskFile newLayer() {
    return new DiskFile("disk-" + UUID.randomUUID() + ".qcow2", DiskFile.Format.QCOW2);
  }

  static Manifest withDisk(Manifest manifest, List<DiskFile> chain) {
    return new Manifest(
        manifest.hardware(),
        manifest.qemuVersion(),
        manifest.qemuBuild(),
        manifest.tscKilohertz(),
        manifest.processorFlags(),
        manifest.kernel(),
        manifest.image(),
        manifest.layers(),
        chain,
        manifest.diskBytes(),
        manifest.console(),
        manifest.parent(),
        manifest.files());
  }

  QmpMonitor monitor() {
    return vmm.monitor();
  }

  /// Completes with the guest's report when the program has ended for good.
  public CompletableFuture<Records> workloadEnd() {
    return conversation.workloadEnd();
  }

  /// Leaves it to a later daemon.
  public void leave() {
    conversation.close();
    vmm.monitor().close();
  }

  /// Removes what it kept; its process is gone.
  public void clear() {
    conversation.close();
    try {
      Directories.delete(place.directory());
    } catch (IOException failed) {
      log.warn("{} cannot be removed", place.directory(), failed);
    }
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

  /// Ends whatever of it runs. From any thread.
  public void end() throws IOException {
    conversation.close();
    vmm.kill();
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

  /// The process has ended and the guest never said why.
  public ExitStatus lost() {
    return exitOf(place)
        .orElseGet(() -> new ExitStatus.Lost("QEMU ended: " + Launcher.tail(vmm.files().log())));
  }

  /// How a machine ended that is gone, where its guest could still say so.
  public static Optional<ExitStatus> exitOf(Place place) {
    return ExitRecord.read(place).map(Exits::of);
  }
}
