package torpor.api;

import io.javalin.json.JsonMapper;
import java.lang.reflect.Type;
import torpor.wire.WireJson;

/// Lets Javalin write answers as [WireJson] does.
final class WireMapper implements JsonMapper {
  @Override
  public String toJsonString(Object value, Type type) {
    return WireJson.write(value);
  }
}
