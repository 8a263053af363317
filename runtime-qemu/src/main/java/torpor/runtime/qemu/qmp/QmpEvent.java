package torpor.runtime.qemu.qmp;

import tools.jackson.databind.JsonNode;

/// Something happened in QEMU.
///
/// @param name such as `STOP` or `MIGRATION`
/// @param data an object, empty where the event has none
public record QmpEvent(String name, JsonNode data) {

  /// Whether this is the event of that name, with that value in that field.
  public boolean says(String event, String field, String value) {
    return name.equals(event) && data.path(field).asString("").equals(value);
  }
}
