package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.host.process.ProcessIdentity;
import torpor.runtime.qemu.agent.GuestApiProxy;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.Vmm;

/// Finds machines of an earlier daemon again. A machine that runs is worth more than one unanswered
/// greeting: it is connected to anew, with more patience each time, before it is given up.
/// Thread-safe; the methods wait.
///
/// @param guestApi to where the guest's own connections are carried
record Adoption(
    Launcher launcher, BlankDisks blanks, Optional<SocketAddress> guestApi, InstantSource clock) {
  private static final Logger log = LoggerFactory.getLogger(Adoption.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<Duration> ATTEMPTS =
      List.of(Duration.ofSeconds(5), Duration.ofSeconds(10), PATIENCE);

  /// It goes on, unless it stands still and is to be left so.
  ///
  /// @return empty where its process is gone
  /// @throws IOException where it runs and did not answer, however often it was asked
  Optional<Machine> adopt(Place place, ProcessIdentity process, boolean leavePaused)
      throws IOException, InterruptedException {
    Iterator<Duration> attempts = ATTEMPTS.iterator();
    while (true) {
      try {
        return attempt(place, process, leavePaused, attempts.next());
      } catch (IOException silent) {
        if (!attempts.hasNext() || !process.isAlive()) {
          throw silent;
        }
        log.info("{} did not answer and is asked again: {}", place.name(), silent.getMessage());
      }
    }
  }

  private Optional<Machine> attempt(
      Place place, ProcessIdentity process, boolean leavePaused, Duration patience)
      throws IOException, InterruptedException {
    Optional<Vmm> found = launcher.adopt(place.name(), process, place.files());
    Optional<Manifest> built = Machine.recorded(place);
    if (found.isEmpty() || built.isEmpty()) {
      found.ifPresent(vmm -> vmm.monitor().close());
      return Optional.empty();
    }
    Machine machine = machine(place, found.get(), built.get());
    try {
      machine.forgetShortening();
      machine.greet();
      if (!isRunning(machine)) {
        // Whether its disk is part of a snapshot by now is not known; another layer does no harm.
        machine.standsStill(false);
        machine.disksAreShared();
      }
      if (!machine.isPaused() || !leavePaused) {
        machine.resume(clock, patience);
      }
      return Optional.of(machine);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      machine.leave();
      throw failed;
    }
  }

  private Machine machine(Place place, Vmm vmm, Manifest built) throws IOException {
    try {
      ConsoleLog console = ConsoleLog.goOn(place.console(), place.journal());
      try {
        Conversation conversation =
            Conversation.open(place.files(), console, new GuestApiProxy(guestApi));
        return new Machine(place, vmm, conversation, blanks, built);
      } catch (IOException unreachable) {
        console.close();
        throw unreachable;
      }
    } catch (IOException failed) {
      vmm.monitor().close();
      throw failed;
    }
  }

  private static boolean isRunning(Machine machine) throws IOException {
    return machine
        .monitor()
        .execute("query-status", PATIENCE)
        .path("status")
        .asString("")
        .equals("running");
  }
}
