package torpor.api.definition;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import torpor.api.http.RefusedException;
import torpor.core.retry.Backoff;
import torpor.core.retry.RetryFrom;
import torpor.core.retry.RetryPolicy;
import torpor.core.retry.TerminationReason;
import torpor.wire.RetryPolicyRequest;
import torpor.wire.Suggestion;

/// Reads a retry policy, or refuses it naming the field. What is left out is as in
/// [RetryPolicy#DEFAULT]. Pure.
final class RetryPolicyReader {
  private static final int MOST = 1_000_000;
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration CAP = Duration.ofMinutes(1);

  private RetryPolicyReader() {}

  static RetryPolicy read(RetryPolicyRequest request) {
    return new RetryPolicy(
        maxAttempts(request),
        backoff(request),
        request.on().map(RetryPolicyReader::reasons).orElse(RetryPolicy.DEFAULT.on()),
        request.from().map(RetryPolicyReader::from).orElse(RetryPolicy.DEFAULT.from()),
        request
            .crashLoopLimit()
            .map(limit -> within("retry_policy.crash_loop_limit", limit, 1))
            .orElse(RetryPolicy.DEFAULT.crashLoopLimit()));
  }

  private static int maxAttempts(RetryPolicyRequest request) {
    if (request.maxAttempts().isPresent() && request.maxRetries().isPresent()) {
      throw RefusedException.invalid(
          "retry_policy.max_retries",
          "'max_attempts' and 'max_retries' say the same",
          "Send one of the two; attempts are retries plus one.");
    }
    return request
        .maxAttempts()
        .map(attempts -> within("retry_policy.max_attempts", attempts, 1))
        .or(() ->
            request.maxRetries().map(retries -> within("retry_policy.max_retries", retries, 0) + 1))
        .orElse(RetryPolicy.DEFAULT.maxAttempts());
  }

  private static Backoff backoff(RetryPolicyRequest request) {
    if (request.retryDelay().isPresent() && request.backoff().isPresent()) {
      throw RefusedException.invalid(
          "retry_policy.retry_delay",
          "'retry_delay' and 'backoff' say the same",
          "Send one of the two.");
    }
    Optional<Backoff> fixed = request.retryDelay().map(Backoff.Fixed::new);
    return fixed
        .or(() -> request.backoff().map(RetryPolicyReader::backoff))
        .orElse(RetryPolicy.DEFAULT.backoff());
  }

  private static Backoff backoff(torpor.wire.Backoff backoff) {
    Duration initial = backoff.initial().orElse(FIRST);
    return switch (backoff.kind()) {
      case "fixed" -> {
        refuse("factor", backoff.factor());
        refuse("cap", backoff.cap());
        refuse("jitter", backoff.jitter());
        yield new Backoff.Fixed(initial);
      }
      case "exponential" ->
          new Backoff.Exponential(
              initial,
              within("factor", backoff.factor().orElse(2.0), 1, 100),
              backoff.cap().orElse(initial.compareTo(CAP) > 0 ? initial : CAP),
              within("jitter", backoff.jitter().orElse(0.1), 0, 1));
      default ->
          throw RefusedException.invalid(
              "retry_policy.backoff.kind",
              "There is no backoff of kind '%s'".formatted(backoff.kind()),
              "Use fixed or exponential.");
    };
  }

  private static void refuse(String name, Optional<?> value) {
    if (value.isPresent()) {
      throw RefusedException.invalid(
          "retry_policy.backoff." + name,
          "A fixed backoff has no '%s'".formatted(name),
          "Leave it out, or use an exponential backoff.");
    }
  }

  private static double within(String name, double value, double least, double most) {
    if (value >= least && value <= most) {
      return value;
    }
    throw RefusedException.invalid(
        "retry_policy.backoff." + name,
        "'%s' is not from %.0f to %.0f".formatted(name, least, most),
        "Send such a number.");
  }

  private static int within(String field, int value, int least) {
    if (value >= least && value <= MOST) {
      return value;
    }
    throw RefusedException.invalid(
        field, "'%s' is not from %d to %d".formatted(field, least, MOST), "Send such a number.");
  }

  private static Set<TerminationReason> reasons(List<String> texts) {
    Set<TerminationReason> reasons = EnumSet.noneOf(TerminationReason.class);
    for (int i = 0; i < texts.size(); i++) {
      reasons.add(reason("retry_policy.on[" + i + "]", texts.get(i)));
    }
    return reasons;
  }

  private static TerminationReason reason(String field, String text) {
    List<String> known =
        Arrays.stream(TerminationReason.values()).map(TerminationReason::text).toList();
    return Arrays.stream(TerminationReason.values())
        .filter(reason -> reason.text().equals(text))
        .findFirst()
        .orElseThrow(() ->
            RefusedException.invalid(
                field,
                "There is no failure '%s'".formatted(text),
                Suggestion.nearest(text, known)
                    .map(near -> "Did you mean '" + near + "'?")
                    .orElse("The failures are: " + String.join(", ", known) + ".")));
  }

  private static RetryFrom from(String text) {
    return Arrays.stream(RetryFrom.values())
        .filter(from -> from.text().equals(text))
        .findFirst()
        .orElseThrow(() ->
            RefusedException.invalid(
                "retry_policy.from",
                "'%s' is no place to go on from".formatted(text),
                Arrays.stream(RetryFrom.values())
                    .map(RetryFrom::text)
                    .collect(Collectors.joining(" or ", "Use ", "."))));
  }
}
