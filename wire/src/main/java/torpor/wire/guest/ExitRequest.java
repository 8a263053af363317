package torpor.wire.guest;

import com.fasterxml.jackson.annotation.JsonProperty;
import torpor.wire.RawJson;

/// The result of a program, durable before the answer.
public record ExitRequest(@JsonProperty(required = true) int exitCode, RawJson output) {}
