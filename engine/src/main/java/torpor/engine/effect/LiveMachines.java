package torpor.engine.effect;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import torpor.core.definition.Definition;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;

/// What runs, or is about to: at most one machine per job, and no longer than that. Thread-safe.
final class LiveMachines {
  /// @param handle empty until the machine is up
  /// @param ending whether it was told to end with all others; it does not come up any more then
  record Live(
      Definition definition,
      Generation generation,
      Optional<MachineHandle> handle,
      boolean ending) {
    Live with(MachineHandle found) {
      return new Live(definition, generation, Optional.of(found), ending);
    }
  }

  private final Map<JobId, Live> live = new ConcurrentHashMap<>();

  void begins(JobId job, Definition definition, Generation generation) {
    live.put(job, new Live(definition, generation, Optional.empty(), false));
  }

  /// Whether it may be; not where all were ended since it began.
  boolean isUp(JobId job, Generation generation, MachineHandle handle) {
    Live known =
        live.computeIfPresent(
            job,
            (_, birth) ->
                birth.ending()
                    ? birth
                    : new Live(birth.definition(), birth.generation(), Optional.of(handle), false));
    // Unknown is what has ended by itself already.
    return known == null || !known.generation().equals(generation) || !known.ending();
  }

  /// Nothing of this generation, or of an earlier one, is left.
  ///
  /// @return whether it was ended with all others
  boolean isGone(JobId job, Generation upTo) {
    boolean[] ending = new boolean[1];
    live.computeIfPresent(
        job,
        (_, known) -> {
          ending[0] = known.ending();
          return known.generation().compareTo(upTo) <= 0 ? null : known;
        });
    return ending[0];
  }

  Optional<Live> of(JobId job, Generation generation) {
    return Optional.ofNullable(live.get(job))
        .filter(known -> known.generation().equals(generation));
  }

  /// All there are, ending from now on.
  Map<JobId, Live> endAll() {
    Map<JobId, Live> all = new HashMap<>();
    for (JobId job : live.keySet()) {
      Live ending =
          live.computeIfPresent(
              job,
              (_, known) -> new Live(known.definition(), known.generation(), known.handle(), true));
      if (ending != null) {
        all.put(job, ending);
      }
    }
    return all;
  }
}
