package torpor.api.console;

import torpor.wire.WireJson;

/// How a line of output is put into an event.
public enum LineShape {
  /// As it is. An event `end` follows the last one.
  TEXT,
  /// As a JSON string. The end of the stream is the end: whoever reads takes every event for a
  /// line.
  JSON;

  String data(String line) {
    return this == JSON ? WireJson.write(line) : line;
  }

  boolean saysEnd() {
    return this == TEXT;
  }
}
