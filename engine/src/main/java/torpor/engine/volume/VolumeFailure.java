package torpor.engine.volume;

import torpor.core.refusal.Refusal;

/// A volume's files could not be made as asked, and not because the disk is full.
public final class VolumeFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Refusal refusal;

  public VolumeFailure(Refusal refusal) {
    super(refusal.detail());
    this.refusal = refusal;
  }

  public VolumeFailure(Refusal refusal, Throwable cause) {
    super(refusal.detail(), cause);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
