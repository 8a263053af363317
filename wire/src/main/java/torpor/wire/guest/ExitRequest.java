package torpor.wire.guest;

import torpor.wire.RawJson;

/// The result of a program, durable before the answer.
public record ExitRequest(int exitCode, RawJson output) {}
