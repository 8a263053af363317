package torpor.core.refusal;

/// The closed list of refusals. The text is part of the API and never changes.
public enum RefusalCode {
  REQUEST_INVALID("request.invalid", Kind.INVALID),
  REQUEST_TOO_LARGE("request.too_large", Kind.TOO_LARGE),
  /// Understood, and not built.
  REQUEST_UNSUPPORTED("request.unsupported", Kind.UNSUPPORTED),
  UNAUTHENTICATED("request.unauthenticated", Kind.UNAUTHENTICATED),
  IDEMPOTENCY_KEY_REUSED("idempotency.key_reused", Kind.UNPROCESSABLE),
  DEFINITION_NOT_FOUND("definition.not_found", Kind.NOT_FOUND),
  DEFINITION_EXISTS("definition.exists", Kind.CONFLICT),
  DEFINITION_IN_USE("definition.in_use", Kind.CONFLICT),
  DEFINITION_INVALID("definition.invalid", Kind.INVALID),
  RUNTIME_UNKNOWN("runtime.unknown", Kind.INVALID),
  RUNTIME_UNAVAILABLE("runtime.unavailable", Kind.UNPROCESSABLE),
  IMAGE_INVALID("image.invalid", Kind.INVALID),
  JOB_NOT_FOUND("job.not_found", Kind.NOT_FOUND),
  JOB_AMBIGUOUS("job.ambiguous", Kind.CONFLICT),
  JOB_ENDED("job.ended", Kind.CONFLICT),
  JOB_NOT_ENDED("job.not_ended", Kind.CONFLICT),
  JOB_NOT_SUSPENDED("job.not_suspended", Kind.CONFLICT),
  JOB_NOT_FAILED("job.not_failed", Kind.CONFLICT),
  JOB_NOT_RUNNING("job.not_running", Kind.CONFLICT_RETRYABLE),
  JOB_BUSY("job.busy", Kind.CONFLICT_RETRYABLE),
  /// Another node of the same store owns it.
  JOB_ELSEWHERE("job.elsewhere", Kind.CONFLICT),
  JOB_ASLEEP("job.asleep", Kind.CONFLICT_RETRYABLE),
  GENERATION_STALE("generation.stale", Kind.CONFLICT),
  CHECKPOINT_UNSUPPORTED("checkpoint.unsupported", Kind.UNSUPPORTED),
  CHECKPOINT_FAILED("checkpoint.failed", Kind.UNAVAILABLE),
  CHECKPOINT_LOCKED("checkpoint.locked", Kind.CONFLICT_RETRYABLE),
  SNAPSHOT_NOT_FOUND("snapshot.not_found", Kind.NOT_FOUND),
  SCHEDULE_NOT_FOUND("schedule.not_found", Kind.NOT_FOUND),
  SNAPSHOT_INCOMPATIBLE("snapshot.incompatible", Kind.UNPROCESSABLE),
  INSTANCE_STATE("instance.state", Kind.CONFLICT),
  INSTANCE_NOT_FOUND("instance.not_found", Kind.NOT_FOUND),
  INSTANCE_AMBIGUOUS("instance.ambiguous", Kind.CONFLICT),
  INSTANCE_BUSY("instance.busy", Kind.CONFLICT_RETRYABLE),
  INSTANCE_PROTECTED("instance.protected", Kind.CONFLICT),
  NAME_TAKEN("name.taken", Kind.CONFLICT),
  SNAPSHOT_IN_USE("snapshot.in_use", Kind.CONFLICT),
  SNAPSHOT_NOT_NEWEST("snapshot.not_newest", Kind.CONFLICT),
  /// The daemon or the host ended in the middle of it.
  INTERRUPTED("operation.interrupted", Kind.CONFLICT_RETRYABLE),
  VOLUME_NOT_FOUND("volume.not_found", Kind.NOT_FOUND),
  VOLUME_IN_USE("volume.in_use", Kind.CONFLICT),
  VOLUME_BUSY("volume.busy", Kind.CONFLICT_RETRYABLE),
  /// Somebody else has written it since the snapshot that is to be gone back to.
  VOLUME_CHANGED("volume.changed", Kind.CONFLICT),
  VOLUME_AMBIGUOUS("volume.ambiguous", Kind.CONFLICT),
  VOLUME_INVALID("volume.invalid", Kind.UNPROCESSABLE),
  IMAGE_NOT_FOUND("image.not_found", Kind.NOT_FOUND),
  IMAGE_IN_USE("image.in_use", Kind.CONFLICT),
  IMAGE_FAILED("image.failed", Kind.UNPROCESSABLE),
  NETWORK_UNAVAILABLE("network.unavailable", Kind.UNPROCESSABLE),
  PORT_TAKEN("port.taken", Kind.CONFLICT),
  EXEC_FAILED("exec.failed", Kind.UNPROCESSABLE),
  SESSION_NOT_FOUND("session.not_found", Kind.NOT_FOUND),
  SESSION_EXISTS("session.exists", Kind.CONFLICT),
  /// The machine has gone back to before that.
  SESSION_OFFSET("session.offset", Kind.CONFLICT),
  LOCK_NOT_FOUND("lock.not_found", Kind.NOT_FOUND),
  SIGNALS_FULL("signals.full", Kind.CONFLICT_RETRYABLE),
  NO_CAPACITY("capacity.exhausted", Kind.UNAVAILABLE),
  NO_SPACE("storage.full", Kind.NO_SPACE),
  STORE_UNAVAILABLE("store.unavailable", Kind.UNAVAILABLE),
  STOPPING("daemon.stopping", Kind.UNAVAILABLE),
  INTERNAL("internal", Kind.INTERNAL);

  /// What sort of refusal it is; the HTTP layer maps each to one status.
  public enum Kind {
    INVALID,
    TOO_LARGE,
    UNAUTHENTICATED,
    NOT_FOUND,
    CONFLICT,
    CONFLICT_RETRYABLE,
    UNPROCESSABLE,
    UNSUPPORTED,
    UNAVAILABLE,
    NO_SPACE,
    INTERNAL
  }

  private final String text;
  private final Kind kind;

  RefusalCode(String text, Kind kind) {
    this.text = text;
    this.kind = kind;
  }

  public String text() {
    return text;
  }

  public Kind kind() {
    return kind;
  }

  public boolean retryable() {
    return switch (kind) {
      case CONFLICT_RETRYABLE, UNAVAILABLE, NO_SPACE -> true;
      case INVALID,
          TOO_LARGE,
          UNAUTHENTICATED,
          NOT_FOUND,
          CONFLICT,
          UNPROCESSABLE,
          UNSUPPORTED,
          INTERNAL ->
          false;
    };
  }
}
