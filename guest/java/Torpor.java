import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Torpor for Java programs: one file, JDK 17 or later, no dependency. JSON is handed over as text;
 * use the library you have, or {@link #field} and {@link #text} for a single field.
 *
 * <p>The rule of all worker clients is built in: when a call fails in transport, or is answered
 * with a temporary refusal, the same call is repeated with the same token, with backoff, for ever
 * or until the deadline has passed since its first failure. Safe for use by several threads.
 */
public final class Torpor {
  private static final long FIRST_DELAY_NANOS = 100_000_000L, LONGEST_DELAY_NANOS = 5_000_000_000L;
  private static final Set<Integer> TEMPORARY_STATUS = Set.of(408, 429, 502, 503, 504);
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u[0-9a-fA-F]{4}|.)");

  /** A refusal that repeating does not cure, as the daemon described it. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    public final int status;
    public final String code;
    public final boolean retryable;
    private Refused(int status, String code, String body) {
      super(code + ": " + text(body, "detail").or(() -> text(body, "title")).orElse("refused")
          .replaceFirst("[^.!?]$", "$0.") + text(body, "remediation").map(" "::concat).orElse(""));
      this.status = status;
      this.code = code;
      this.retryable = field(body, "retryable").map(Boolean::parseBoolean)
          .orElse(TEMPORARY_STATUS.contains(status));
    }

    /** This runtime cannot checkpoint; choose another one in the definition. */
    public boolean isCheckpointUnsupported() { return code.equals("checkpoint.unsupported"); }
  }

  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .proxy(HttpClient.Builder.NO_PROXY).connectTimeout(Duration.ofSeconds(10)).build();
  private final String base;
  private final Optional<String> apiToken = Optional.ofNullable(System.getenv("TORPOR_API_TOKEN"));
  private final long deadline; // nanoseconds
  private final AtomicInteger seen = new AtomicInteger(); // the newest signal handed out

  /** The job that this process runs. Without a deadline calls are repeated for ever. */
  public Torpor(Optional<Duration> deadline) {
    String url = Objects.requireNonNull(System.getenv("TORPOR_API_URL"), "TORPOR_API_URL");
    String job = Objects.requireNonNull(System.getenv("TORPOR_JOB_ID"), "TORPOR_JOB_ID");
    this.base = url.replaceAll("/+$", "") + "/jobs/" + job + "/";
    this.deadline = deadline.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }

  /** Makes everything so far durable, once for a token. Returns the answer, as all calls below. */
  public String checkpoint(String token) {
    return call("POST", "checkpoint", "{\"token\":" + quoted(token) + "}");
  }

  /** Durable sleep: nothing is held meanwhile. */
  public String sleep(String token, Duration duration) {
    String fields = "{\"token\":%s,\"suspend_duration\":\"%dms\"}";
    return call("POST", "checkpoint", fields.formatted(quoted(token), duration.toMillis()));
  }

  /** Durable wait for a signal: its payload; empty when the time ran out or a person woke it. */
  public Optional<String> waitSignal(String token, String name, Optional<Duration> timeout) {
    String limit = timeout.map(t -> ",\"suspend_duration\":\"" + t.toMillis() + "ms\"").orElse("");
    String fields = "\"token\":" + quoted(token) + ",\"until_signal\":" + quoted(name) + limit;
    return field(call("POST", "checkpoint", "{" + fields + "}"), "woken_by")
        .flatMap(it -> field(it, "signal")).map(it -> field(it, "payload").orElse("null"));
  }

  /** Takes the signals received since, {"signals":[…]}, none twice; waits (not durably) for one. */
  public String signals(Duration wait) {
    long over = System.nanoTime() + wait.toNanos();
    while (true) {
      long left = Math.min(Math.max(0, over - System.nanoTime()) / 1_000_000, 30_000);
      int after = seen.get(), newest = after;
      String answer = call("GET", "signals?wait=" + left + "ms&after=" + after, "");
      String list = field(answer, "signals").orElse("[]");
      for (int at = 1; at < list.length() - 1; at = valueEnd(list, at) + 1)
        newest = Integer.parseInt(field(list.substring(at), "seq").orElseThrow());
      // Where another thread was given some of these meanwhile, the rest is asked for again.
      if (seen.compareAndSet(after, newest) && (newest > after || left == 0)) return answer;
    }
  }

  /** While any lock is held checkpoints wait. Returns its id. */
  public String lock(Duration ttl) {
    return text(call("POST", "lock", "{\"ttl\":\"" + ttl.toMillis() + "ms\"}"), "lock_id").get();
  }

  /** Gives the lock back. A lock that no longer exists is no error. */
  public void unlock(String lockId) {
    try {
      call("DELETE", "lock/" + lockId, "");
    } catch (Refused refused) {
      if (refused.status != 404) throw refused;
    }
  }

  /** Records the result, durably; then end the process with the same code. */
  public void exit(int exitCode, String outputJson) {
    call("POST", "exit", "{\"exit_code\":" + exitCode + ",\"output\":" + outputJson + "}");
  }

  /** Shown to people; 0 to 100. */
  public void progress(double percent, String message) {
    call("POST", "progress", "{\"percent\":" + percent + ",\"message\":" + quoted(message) + "}");
  }

  public String params() { return call("GET", "params", ""); }
  public String metadata() { return call("GET", "metadata", ""); }

  /** Tries until there is an answer that counts. The request, token included, is made once. */
  private String call(String method, String path, String body) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + path))
        .timeout(Duration.ofSeconds(60)).header("Idempotency-Key", UUID.randomUUID().toString())
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body));
    apiToken.ifPresent(token -> builder.header("Authorization", "Bearer " + token));
    long firstFailure = 0;
    for (long delay = FIRST_DELAY_NANOS; ; delay = Math.min(2 * delay, LONGEST_DELAY_NANOS)) {
      Exception failure;
      try {
        var answer = client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() < 300) return answer.body();
        String code = text(answer.body(), "code").orElse("http." + answer.statusCode());
        Refused refused = new Refused(answer.statusCode(), code, answer.body());
        if (!refused.retryable) throw refused;
        failure = refused;
      } catch (IOException unreachable) {
        failure = unreachable;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted in " + method + " " + path, interrupted);
      }
      firstFailure = firstFailure == 0 ? System.nanoTime() : firstFailure;
      if (System.nanoTime() - firstFailure + delay > deadline)
        throw new IllegalStateException(method + " " + path + ": deadline exceeded", failure);
      LockSupport.parkNanos(delay);
    }
  }

  /** A field of a JSON object, as JSON; empty when it is missing or null. */
  public static Optional<String> field(String object, String name) {
    int at = object.stripLeading().startsWith("{") ? object.indexOf('{') + 1 : object.length();
    while (at < object.length()) {
      int colon = valueEnd(object, at), end = valueEnd(object, colon + 1);
      if (end > colon && object.substring(at, colon).strip().equals(quoted(name)))
        return Optional.of(object.substring(colon + 1, end).strip()).filter(v -> !v.equals("null"));
      at = end + 1;
    }
    return Optional.empty();
  }

  /** A text field of a JSON object, unescaped. */
  public static Optional<String> text(String object, String name) {
    return field(object, name).filter(it -> it.startsWith("\"") && it.length() > 1)
        .map(it -> ESCAPE.matcher(it.substring(1, it.length() - 1)).replaceAll(escape -> {
          String code = escape.group();
          return Matcher.quoteReplacement(code.startsWith("\\u")
              ? Character.toString((char) Integer.parseInt(code.substring(2), 16))
              : code.equals("\\/") ? "/" : code.translateEscapes());
        }));
  }

  /** Where the JSON value or key that begins at an index is over. */
  private static int valueEnd(String json, int at) {
    boolean quoted = false;
    for (int depth = 0; at < json.length(); at++) {
      char c = json.charAt(at);
      if (c == '\\') at++;
      else if (c == '"') quoted = !quoted;
      else if (quoted) continue;
      else if (c == '{' || c == '[') depth++;
      else if (depth == 0 && (c == ',' || c == ':' || c == '}' || c == ']')) break;
      else if (c == '}' || c == ']') depth--;
    }
    return Math.min(at, json.length());
  }

  /** A text as JSON. */
  public static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray())
      json.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted((int) c) : c);
    return json.append('"').toString();
  }
}
