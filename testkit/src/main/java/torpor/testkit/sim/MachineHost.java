package torpor.testkit.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;

/// Every machine there is, whoever knows of it.
final class MachineHost {
  private final List<GuestMachine> machines = new ArrayList<>();
  private final Ledger ledger;
  private final int places;

  /// Have a place beyond the number there is, if need be, for they were running already.
  private final Set<JobId> foundAgain = new HashSet<>();

  private int handles;

  MachineHost(Ledger ledger, int places) {
    this.ledger = ledger;
    this.places = places;
  }

  String newHandle() {
    return "machine-" + ++handles;
  }

  void add(GuestMachine machine) {
    for (GuestMachine other : machines) {
      if (!other.live() || !other.job().equals(machine.job())) {
        continue;
      }
      ledger.check(
          !other.generation().equals(machine.generation()),
          Promise.P6_ONE_LIVE_COPY,
          "two live machines of generation %s of %s",
          machine.generation(),
          machine.job());
      ledger.check(
          other.madeBy() != machine.madeBy(),
          Promise.P6_ONE_LIVE_COPY,
          "generation %s of %s began while generation %s was alive",
          machine.generation(),
          machine.job(),
          other.generation());
    }
    ledger.check(
        !machine.madeBy().leaseLost(),
        Promise.P6_ONE_LIVE_COPY,
        "generation %s of %s began on a daemon whose lease has run out",
        machine.generation(),
        machine.job());
    machines.add(machine);
    long busy =
        machines.stream()
            .filter(m -> m.live() && !m.frozen() && m.madeBy() == machine.madeBy())
            .filter(m -> !foundAgain.contains(m.job()))
            .count();
    ledger.check(busy <= places, Promise.PORT_RULES, "%d machines in %d places", busy, places);
  }

  Optional<GuestMachine> find(JobId job, Generation generation) {
    return machines.stream()
        .filter(m -> m.job().equals(job) && m.generation().equals(generation))
        .findFirst();
  }

  List<GuestMachine> live() {
    return machines.stream().filter(GuestMachine::live).toList();
  }

  /// A daemon's lease has run out: what it made, or has found again, must be gone.
  void leaseRunsOut(Life daemon) {
    daemon.loseLease();
    for (GuestMachine machine : live()) {
      ledger.check(
          !machine.survives() && machine.madeBy() != daemon,
          Promise.P6_ONE_LIVE_COPY,
          "%s is alive though the lease of %s has run out",
          machine.life(),
          daemon);
    }
  }

  /// The machines of that job that can outlive a daemon, or what is left of them.
  List<GuestMachine> surviving(JobId job) {
    return machines.stream().filter(m -> m.survives() && m.job().equals(job)).toList();
  }

  List<GuestMachine> surviving() {
    return machines.stream().filter(GuestMachine::survives).toList();
  }

  void foundAgain(JobId job) {
    foundAgain.add(job);
  }

  void forget(GuestMachine machine) {
    machine.vanish();
    machines.remove(machine);
  }

  /// A daemon's process is gone, and what lived in it.
  void ended(Life daemon) {
    for (GuestMachine machine : List.copyOf(machines)) {
      if (!machine.survives() && machine.madeBy() == daemon) {
        forget(machine);
      }
    }
  }
}
