package torpor.store.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
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
  /// A sealed family says which of its records it is.
  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
  private interface Sealed {}

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(_ ->
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addMixIn(InstanceState.class, Sealed.class)
          .addMixIn(Origin.class, Sealed.class)
          .addMixIn(HealthCheck.Probe.class, Sealed.class)
          .addMixIn(ExitStatus.class, Sealed.class)
          .addMixIn(Wake.class, Sealed.class)
          .build();

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
