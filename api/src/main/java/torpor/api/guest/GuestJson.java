package torpor.api.guest;

import java.util.Optional;
import torpor.api.job.JobJson;
import torpor.core.job.Answer;
import torpor.core.job.JobPhase;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.engine.guest.GuestMetadata;
import torpor.wire.RawJson;
import torpor.wire.guest.CheckpointAnswer;
import torpor.wire.guest.GuestJob;
import torpor.wire.guest.GuestSignal;
import torpor.wire.guest.WokenBy;

/// Answers to a program. Pure.
final class GuestJson {
  private GuestJson() {}

  static CheckpointAnswer checkpointed(Answer.Checkpointed done, GuestMetadata metadata) {
    return new CheckpointAnswer(
        job(metadata),
        done.token().text(),
        done.generation().number(),
        done.restoredFrom().map(SnapshotNumber::number),
        done.snapshot().number(),
        done.wake().map(GuestJson::wokenBy));
  }

  /// A program that gets an answer runs.
  private static GuestJob job(GuestMetadata metadata) {
    String id = metadata.job().toString();
    return new GuestJob(
        id,
        id,
        JobPhase.RUNNING.text(),
        metadata.attempt(),
        metadata.attempt() - 1,
        metadata.generation().number());
  }

  private static WokenBy wokenBy(Wake wake) {
    Optional<GuestSignal> signal =
        wake instanceof Wake.BySignal(Signal received)
            ? Optional.of(signal(received))
            : Optional.empty();
    return new WokenBy(JobJson.kind(wake), signal);
  }

  static GuestSignal signal(Signal signal) {
    return new GuestSignal(signal.name(), new RawJson(signal.payload().text()), signal.sequence());
  }

  static torpor.wire.guest.GuestMetadata metadata(GuestMetadata metadata) {
    return new torpor.wire.guest.GuestMetadata(
        metadata.job().toString(),
        metadata.definitionName(),
        metadata.definitionVersion(),
        metadata.attempt(),
        metadata.attempt() - 1,
        metadata.generation().number(),
        metadata.restoredFrom().map(SnapshotNumber::number),
        metadata.lastCheckpoint().map(snapshot -> snapshot.takenAt().toEpochMilli()),
        metadata.spawnedAt(),
        metadata.metadata());
  }
}
