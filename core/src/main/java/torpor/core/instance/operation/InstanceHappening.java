package torpor.core.instance.operation;

/// The kinds of lines in an instance's history; part of the API.
public final class InstanceHappening {
  public static final String ASKED = "instance.asked";
  public static final String PREPARED = "instance.prepared";
  public static final String FAILED = "instance.failed";
  public static final String BEGAN = "instance.operation_began";
  public static final String OPERATION_FAILED = "instance.operation_failed";
  public static final String RUNNING = "instance.running";
  public static final String PAUSED = "instance.paused";
  public static final String STANDBY = "instance.standby";
  public static final String SNAPSHOT_TAKEN = "instance.snapshot_taken";
  public static final String SNAPSHOT_DELETED = "instance.snapshot_deleted";
  public static final String SNAPSHOT_VERIFIED = "instance.snapshot_verified";
  public static final String SNAPSHOT_DAMAGED = "instance.snapshot_damaged";
  public static final String SCHEDULE_SET = "instance.schedule_set";
  public static final String SCHEDULE_REMOVED = "instance.schedule_removed";
  public static final String STOPPED = "instance.stopped";
  public static final String MACHINE_ENDED = "instance.machine_ended";
  public static final String RESTART_SCHEDULED = "instance.restart_scheduled";
  public static final String ADOPTED = "instance.adopted";
  public static final String DELETED = "instance.deleted";

  private InstanceHappening() {}
}
