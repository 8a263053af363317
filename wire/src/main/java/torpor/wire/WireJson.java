package torpor.wire;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.cfg.MutableConfigOverride;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;
import tools.jackson.databind.type.LogicalType;

/// The one way to read and write the records of this package. Thread-safe.
public final class WireJson {
  private static final JsonMapper MAPPER = build();

  private WireJson() {}

  /// Writes any record; reads answers, passing over fields it does not know.
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /// Reads requests: an unknown field, a second document after the first or a field given twice is
  /// an error.
  public static ObjectReader reader(Class<?> type) {
    return MAPPER
        .readerFor(type)
        .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
  }

  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /// @throws tools.jackson.core.JacksonException where the text is not such a record
  public static <T> T read(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  private static JsonMapper build() {
    return JsonMapper.builder()
        .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        // A component that is neither Optional nor a collection must be there: no null gets in.
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .withCoercionConfig(LogicalType.Textual, WireJson::onlyStringsAreText)
        .withConfigOverride(Map.class, WireJson::emptyWhenAbsent)
        .withConfigOverride(List.class, WireJson::emptyWhenAbsent)
        .withConfigOverride(Set.class, WireJson::emptyWhenAbsent)
        .withConfigOverride(
            Optional.class,
            override -> override.setNullHandling(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
        .addModule(
            new SimpleModule("torpor-durations")
                .addSerializer(new DurationWriter())
                .addDeserializer(Duration.class, new DurationReader()))
        .build();
  }

  private static void onlyStringsAreText(MutableCoercionConfig config) {
    config
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
  }

  private static void emptyWhenAbsent(MutableConfigOverride override) {
    override.setNullHandling(JsonSetter.Value.construct(Nulls.AS_EMPTY, Nulls.FAIL));
  }

  private static final class DurationWriter extends StdScalarSerializer<Duration> {
    DurationWriter() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator out, SerializationContext context) {
      out.writeString(Durations.format(value));
    }
  }

  private static final class DurationReader extends StdScalarDeserializer<Duration> {
    DurationReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) {
      if (!in.currentToken().isScalarValue() || in.currentToken().isNumeric()) {
        return context.reportInputMismatch(
            Duration.class, "a duration is a string such as \"90s\", \"1h30m\" or \"2d\"");
      }
      String text = in.getValueAsString("");
      try {
        return Durations.parse(text);
      } catch (IllegalArgumentException notOne) {
        // The bare sentence: readers show it to whoever wrote the duration.
        return context.reportInputMismatch(Duration.class, "%s", notOne.getMessage());
      }
    }
  }
}
