package torpor.cli.connection;

import java.util.Optional;

/// One server-sent event.
///
/// @param id where to go on after it
/// @param kind `message` where the server names none
/// @param data its lines, joined by newlines
public record ServerEvent(Optional<String> id, String kind, String data) {}
