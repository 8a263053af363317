package torpor.api.volume;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import torpor.api.http.RefusedException;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeName;
import torpor.core.instance.volume.VolumeSnapshot;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;

/// Reads single fields of requests about volumes, or refuses them by name. Pure.
final class VolumeReader {
  private static final long GIB = 1L << 30;
  private static final int MOST_GIB = (int) (Volume.LARGEST / GIB);
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,8}");

  private VolumeReader() {}

  static VolumeName name(String text) {
    if (!VolumeName.isValid(text)) {
      throw RefusedException.invalid(
          "name", "'name' is no name of a volume", "Use " + VolumeName.GRAMMAR + ".");
    }
    return new VolumeName(text);
  }

  static Optional<VolumeId> id(Optional<String> text) {
    text.filter(id -> !VolumeId.isValid(id))
        .ifPresent(_ -> {
          throw RefusedException.invalid(
              "id", "'id' is no id of a volume", "Send a ULID, or leave it out.");
        });
    return text.map(VolumeId::parse);
  }

  static long bytes(int gigabytes) {
    if (gigabytes < 1 || gigabytes > MOST_GIB) {
      throw RefusedException.invalid(
          "size_gb",
          "'size_gb' is not from 1 to %d: %d".formatted(MOST_GIB, gigabytes),
          "Send a whole number of gigabytes.");
    }
    return gigabytes * GIB;
  }

  static OptionalLong bytes(Optional<Integer> gigabytes, boolean optional) {
    if (gigabytes.isEmpty() && !optional) {
      throw RefusedException.invalid(
          "size_gb", "'size_gb' is missing", "Send a whole number of gigabytes.");
    }
    return gigabytes.map(size -> OptionalLong.of(bytes(size))).orElseGet(OptionalLong::empty);
  }

  static Optional<String> label(Optional<String> text) {
    text.filter(name -> !VolumeName.isValid(name) || NUMBER.matcher(name).matches())
        .ifPresent(_ -> {
          throw RefusedException.invalid(
              "name",
              "'name' is no name of a snapshot",
              "Use " + VolumeName.GRAMMAR + ", and not a number.");
        });
    return text;
  }

  /// A snapshot of the volume, by number or name.
  static SnapshotNumber snapshot(String field, Volume volume, String text) {
    return volume.snapshots().stream()
        .filter(snapshot -> isNamed(snapshot, text))
        .map(VolumeSnapshot::number)
        .findFirst()
        .orElseThrow(() ->
            new RefusedException(
                Refusal.ofField(
                    RefusalCode.SNAPSHOT_NOT_FOUND,
                    field,
                    "volume %s has no such snapshot".formatted(volume.name()),
                    "List the volume's snapshots.")));
  }

  private static boolean isNamed(VolumeSnapshot snapshot, String text) {
    return NUMBER.matcher(text).matches()
        ? snapshot.number().number() == Integer.parseInt(text)
        : snapshot.label().filter(text::equals).isPresent();
  }
}
