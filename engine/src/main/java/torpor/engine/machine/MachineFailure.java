package torpor.engine.machine;

import torpor.core.refusal.Refusal;

/// A runtime could not do what was asked of it.
public final class MachineFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @see #kind()
  public enum Kind {
    /// The image or the configuration is at fault; the next try will fail the same way.
    IMAGE,
    /// The snapshot cannot be restored here: damaged, or made by or for something else.
    SNAPSHOT,
    NO_SPACE,
    /// The runtime does not answer. Says nothing about the job.
    SILENT,
    OTHER
  }

  private final Kind kind;
  private final transient Refusal refusal;
  private final boolean machineLost;

  /// @param machineLost whether a machine that was running before the call is not any more
  public MachineFailure(Kind kind, Refusal refusal, boolean machineLost, Throwable cause) {
    super(refusal.detail(), cause);
    this.kind = kind;
    this.refusal = refusal;
    this.machineLost = machineLost;
  }

  public MachineFailure(Kind kind, Refusal refusal) {
    super(refusal.detail());
    this.kind = kind;
    this.refusal = refusal;
    this.machineLost = false;
  }

  public Kind kind() {
    return kind;
  }

  public Refusal refusal() {
    return refusal;
  }

  public boolean machineLost() {
    return machineLost;
  }
}
