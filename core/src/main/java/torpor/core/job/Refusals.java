package torpor.core.job;

import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// The sentences in which rules refuse.
final class Refusals {
  private Refusals() {}

  static Decision stale(Job job, JobEvent.FromGuest event) {
    return new Decision.Rejected(
        Refusal.of(
            RefusalCode.GENERATION_STALE,
            "%s came from generation %s of %s, which is now at generation %s"
                .formatted(
                    event.getClass().getSimpleName(),
                    event.from().map(Object::toString).orElse("?"),
                    job.id(),
                    job.generation()),
            "Nothing to do: this copy of the program has been replaced and is being stopped."));
  }

  static Refusal ended(Job job) {
    return Refusal.of(
        RefusalCode.JOB_ENDED,
        "%s is %s".formatted(job.id(), job.state().phase().text()),
        "Spawn a new job, or retry this one if it failed.");
  }

  static Refusal ending(Job job) {
    return Refusal.of(
        RefusalCode.JOB_ENDED,
        "%s is being ended".formatted(job.id()),
        "Nothing to do: the program is being stopped.");
  }

  static Refusal asleep(Job job) {
    return Refusal.of(
        RefusalCode.JOB_ASLEEP,
        "%s is %s: no program is running".formatted(job.id(), job.state().phase().text()),
        "Repeat the call with the same token; it is answered once the job is awake.");
  }

  static Refusal busy(Job job) {
    return Refusal.of(
        RefusalCode.JOB_BUSY,
        "%s was %s for the whole %d seconds the call waited"
            .formatted(job.id(), job.state().phase().text(), JobLimits.CALL_WAIT.toSeconds()),
        "Repeat the same call.");
  }

  static Refusal locked(Job job) {
    return Refusal.of(
        RefusalCode.CHECKPOINT_LOCKED,
        "a checkpoint of %s waited %d seconds for %d lock(s)"
            .formatted(job.id(), JobLimits.CALL_WAIT.toSeconds(), job.locks().size()),
        "Release the locks, or take them with a shorter ttl, and repeat the same call.");
  }

  static Refusal machineDied(Job job) {
    return Refusal.of(
        RefusalCode.CHECKPOINT_FAILED,
        "the machine of %s ended while its checkpoint was being taken".formatted(job.id()),
        "Repeat the call with the same token after the job has gone on.");
  }
}
