package torpor.wire;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;

/// A JSON document that is passed on and not looked into: params, outputs, payloads, configuration.
/// Numbers keep every digit they were written with; only white space is lost.
///
/// @param text one well-formed JSON document
@JsonDeserialize(using = RawJson.Reader.class)
public record RawJson(@JsonValue @JsonRawValue String text) {
  public static final RawJson NULL = new RawJson("null");

  /// Reads one document.
  ///
  /// @throws tools.jackson.core.JacksonException where it is not well formed
  public static RawJson parse(String json) {
    return WireJson.reader(RawJson.class).readValue(json);
  }

  public boolean isNull() {
    return text.equals("null");
  }

  public boolean isObject() {
    return text.startsWith("{");
  }

  @Override
  public String toString() {
    return text;
  }

  static final class Reader extends StdDeserializer<RawJson> {
    Reader() {
      super(RawJson.class);
    }

    @Override
    public RawJson deserialize(JsonParser parser, DeserializationContext context) {
      var text = new StringWriter();
      try (JsonGenerator out = WireJson.mapper().createGenerator(text)) {
        int depth = 0;
        do {
          JsonToken token = parser.currentToken();
          if (token.isNumeric()) {
            out.writeNumber(parser.getString());
          } else {
            out.copyCurrentEvent(parser);
          }
          depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        } while (depth > 0 && parser.nextToken() != null);
      }
      return new RawJson(text.toString());
    }

    @Override
    public Object getNullValue(DeserializationContext context) {
      return NULL;
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return NULL;
    }
  }
}
