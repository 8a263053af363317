package torpor.core.instance.spec;

import java.util.Locale;

/// A volume inside an instance.
///
/// @param path absolute, in the guest
public record VolumeMount(String volume, String path, Mode mode) {

  /// Who else may have it, and whether what is written lasts.
  public enum Mode {
    /// Exclusive; part of the instance's snapshots.
    READ_WRITE,
    /// Shared with other readers.
    READ_ONLY,
    /// As read-only, with a private layer for what this instance writes.
    OVERLAY;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
