package torpor.store.codec;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceState;
import torpor.core.instance.spec.HealthCheck;
import torpor.core.instance.spec.Origin;
import torpor.core.machine.ExitStatus;
import torpor.core.wake.Wake;

/// A hand-driven instance as JSON text: its records, component by component. There are thousands of
/// them, not millions, so it may be plain. The names of the components are what is stored: a test
/// holds a text of every earlier layout, and a renamed component breaks it.
public final class InstanceCodec {
  private static final JsonMapper MAPPER =
      RecordJson.mapper(
          InstanceState.class, Origin.class, HealthCheck.Probe.class, ExitStatus.class, Wake.class);

  private InstanceCodec() {}

  public static String encode(Instance instance) {
    return MAPPER.writeValueAsString(instance);
  }

  /// @throws IllegalStateException where the text is not of an instance
  public static Instance decode(String body) {
    try {
      return MAPPER.readValue(body, Instance.class);
    } catch (JacksonException e) {
      throw new IllegalStateException("a stored instance cannot be read: " + body, e);
    }
  }
}
