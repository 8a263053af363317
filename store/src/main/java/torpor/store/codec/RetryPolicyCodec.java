package torpor.store.codec;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.retry.Backoff;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;

/// A retry policy as JSON. Durations are ISO 8601, reasons sorted, so equal policies have equal
/// texts.
public final class RetryPolicyCodec {
  private static final int LAYOUT = 1;

  private RetryPolicyCodec() {}

  public static String encode(RetryPolicy policy) {
    ObjectNode tree =
        Json.object()
            .put("v", LAYOUT)
            .put("max_attempts", policy.maxAttempts())
            .put("from", policy.from().text())
            .put("crash_loop_limit", policy.crashLoopLimit());
    tree.set("backoff", backoff(policy.backoff()));
    ArrayNode on = tree.putArray("on");
    policy.on().stream().sorted().map(TerminationReason::text).forEach(on::add);
    return Json.text(tree);
  }

  public static RetryPolicy decode(String text) {
    JsonNode tree = Json.tree(text);
    if (tree.path("v").asInt(0) != LAYOUT) {
      throw new IllegalStateException("retry policy in an unknown layout: " + text);
    }
    Set<TerminationReason> on = EnumSet.noneOf(TerminationReason.class);
    for (JsonNode reason : tree.path("on").values()) {
      on.add(TerminationReason.valueOf(reason.stringValue().toUpperCase(Locale.ROOT)));
    }
    return new RetryPolicy(
        tree.path("max_attempts").intValue(),
        backoff(tree.path("backoff")),
        on,
        RetryFrom.valueOf(tree.path("from").stringValue().toUpperCase(Locale.ROOT)),
        tree.path("crash_loop_limit").intValue());
  }

  private static ObjectNode backoff(Backoff backoff) {
    return switch (backoff) {
      case Backoff.Fixed(Duration delay) -> Json.object().put("fixed", delay.toString());
      case Backoff.Exponential(Duration initial, double factor, Duration cap, double jitter) ->
          Json.object()
              .put("initial", initial.toString())
              .put("factor", factor)
              .put("cap", cap.toString())
              .put("jitter", jitter);
    };
  }

  private static Backoff backoff(JsonNode tree) {
    return Json.optional(tree.get("fixed"))
        .<Backoff>map(delay -> new Backoff.Fixed(Duration.parse(delay.stringValue())))
        .orElseGet(() ->
            new Backoff.Exponential(
                Duration.parse(tree.path("initial").stringValue()),
                tree.path("factor").doubleValue(),
                Duration.parse(tree.path("cap").stringValue()),
                tree.path("jitter").doubleValue()));
  }
}
