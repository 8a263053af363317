package torpor.cli;

import java.time.Duration;
import torpor.wire.Durations;
import torpor.wire.instance.MemorySizes;

/// Values of options that are amounts. Pure; what is none ends the command and names the option.
public final class QuantityOption {
  private QuantityOption() {}

  /// A size, as it is sent.
  public static String size(String option, String text) {
    try {
      return MemorySizes.format(MemorySizes.parse(text));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          option + ": " + e.getMessage(), "write " + option + " 512MB or " + option + " 10GB");
    }
  }

  public static Duration duration(String option, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          option + ": " + e.getMessage(), "write " + option + " 90s or " + option + " 1h30m");
    }
  }

  /// As [#duration]; a number alone is seconds, as docker takes it.
  public static Duration seconds(String option, String text) {
    return duration(option, text.matches("\\d+") ? text + "s" : text);
  }
}
