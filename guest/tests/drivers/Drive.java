import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Calls every function of the Java client once; the output is the same for every language. With
 * TEST_SIGNALS takes signals in several ways instead.
 */
public final class Drive {
  public static void main(String[] arguments) {
    Optional<Duration> deadline =
        Optional.ofNullable(System.getenv("TEST_DEADLINE"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    try {
      if (System.getenv("TEST_SIGNALS") == null) drive(new Torpor(deadline));
      else takeSignals(new Torpor(deadline));
    } catch (IllegalStateException exceeded) {
      if (!exceeded.getMessage().contains("deadline exceeded")) throw exceeded;
      say("deadline", "true");
    }
  }

  private static void takeSignals(Torpor torpor) {
    say("rest", numbers(torpor.signals(Duration.ZERO)));
    say("later", numbers(torpor.signals(Duration.ofSeconds(5))));
    say("awaited", numbers(torpor.signals(Duration.ofSeconds(5))));
    say("none", numbers(torpor.signals(Duration.ofMillis(500))));
  }

  private static String numbers(String signals) {
    return Pattern.compile("\"seq\": ?(\\d+)")
        .matcher(signals)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static void drive(Torpor torpor) {
    say("steps", Torpor.field(torpor.params(), "steps").orElseThrow());
    say("job", Torpor.field(torpor.metadata(), "job_id").orElseThrow());
    torpor.checkpoint(UUID.randomUUID().toString());
    torpor.checkpoint(UUID.randomUUID().toString());
    say("snapshot", Torpor.field(torpor.checkpoint("mine"), "snapshot").orElseThrow());
    String nap = torpor.sleep("nap", Duration.ofHours(3));
    say("nap", Torpor.field(Torpor.field(nap, "woken_by").orElseThrow(), "kind").orElseThrow());
    say("signal", torpor.waitSignal("w1", "go", Optional.empty()).orElseThrow());
    Optional<Duration> second = Optional.of(Duration.ofSeconds(1));
    say("never", torpor.waitSignal("w2", "never", second).orElse("null"));
    String signals = Torpor.field(torpor.signals(Duration.ZERO), "signals").orElseThrow();
    String first = signals.substring(1, signals.length() - 1);
    say("early", Torpor.field(first, "payload").orElseThrow());
    String lockId = torpor.lock(Duration.ofSeconds(5));
    torpor.unlock(lockId);
    torpor.unlock(lockId);
    torpor.progress(50, "half \"way\"\n\\x");
    try {
      torpor.checkpoint("unsupported");
    } catch (Torpor.Refused refusal) {
      if (refusal.isCheckpointUnsupported()) say("unsupported", Torpor.quoted(refusal.getMessage()));
    }
    torpor.exit(3, "{\"ok\":true}");
  }

  private static void say(String name, String json) {
    System.out.println(name + " " + json);
  }
}
