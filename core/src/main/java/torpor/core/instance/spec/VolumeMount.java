package torpor.core.instance.spec;

import java.util.Locale;
import torpor.core.instance.volume.VolumeId;

/// A volume inside an instance.
///
/// @param path absolute, in the guest
public record VolumeMount(VolumeId volume, String path, Mode mode) {

  /// Who else may have it, and whether what is written lasts.
  public enum Mode {
    /// Exclusive; part of the instance's snapshots.
    READ_WRITE,
    /// Shared with other readers.
    READ_ONLY,
    /// As read-only, with a private layer for what this instance writes.
    OVERLAY,
    /// A copy of its own, of when its source's snapshot was taken: what a fork has in place of what
    /// its source writes. The volume itself is not touched and not needed.
    COPY;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What a fork gets in its place.
  public VolumeMount forked() {
    return mode == Mode.READ_WRITE ? new VolumeMount(volume, path, Mode.COPY) : this;
  }
}
