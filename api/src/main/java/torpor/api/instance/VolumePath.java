package torpor.api.instance;

import torpor.api.http.RefusedException;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.caller.Volumes;

/// The volume that a caller names: by name, by id, or by the beginning of an id that only one has.
public final class VolumePath {
  private VolumePath() {}

  /// @throws RefusedException where there is none
  public static VolumeId id(String text, Volumes volumes) {
    return switch (volumes.resolve(text)) {
      case Reply.Done<VolumeId>(VolumeId id) -> id;
      case Reply.Refused<VolumeId>(Refusal why) -> throw new RefusedException(why);
    };
  }

  /// @param field of the request that names it
  /// @throws RefusedException where there is none
  public static VolumeId id(String field, String text, Volumes volumes) {
    return switch (volumes.resolve(text)) {
      case Reply.Done<VolumeId>(VolumeId id) -> id;
      case Reply.Refused<VolumeId>(Refusal why) ->
          throw new RefusedException(
              Refusal.ofField(why.code(), field, why.detail(), why.remedy()));
    };
  }
}
