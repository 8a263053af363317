package torpor.store.codec;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeState;

/// A volume as JSON text, component by component, as [InstanceCodec] does it: a renamed component
/// breaks what is stored.
public final class VolumeCodec {
  private static final JsonMapper MAPPER = RecordJson.mapper(VolumeState.class);

  private VolumeCodec() {}

  public static String encode(Volume volume) {
    return MAPPER.writeValueAsString(volume);
  }

  /// @throws IllegalStateException where the text is not of a volume
  public static Volume decode(String body) {
    try {
      return MAPPER.readValue(body, Volume.class);
    } catch (JacksonException e) {
      throw new IllegalStateException("a stored volume cannot be read: " + body, e);
    }
  }
}
