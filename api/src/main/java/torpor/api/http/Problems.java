package torpor.api.http;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;

/// Refusals as problem documents: the one place that knows which refusal has which status.
public final class Problems {
  private static final String TYPE = "urn:torpor:problem:";

  /// Seconds after which a caller may try again, where trying again may help.
  private static final String RETRY_AFTER = "1";

  /// Clients made by a generator repeat what they get a 409 or a 5xx for, unless they are told.
  private static final String SHOULD_RETRY = "X-Should-Retry";

  private Problems() {}

  public static int status(RefusalCode.Kind kind) {
    return switch (kind) {
      case INVALID -> 400;
      case UNAUTHENTICATED -> 401;
      case NOT_FOUND -> 404;
      case CONFLICT, CONFLICT_RETRYABLE -> 409;
      case TOO_LARGE -> 413;
      case UNPROCESSABLE -> 422;
      case INTERNAL -> 500;
      case UNSUPPORTED -> 501;
      case UNAVAILABLE -> 503;
      case NO_SPACE -> 507;
    };
  }

  /// The kind in words; a code of its own where the kind would mislead.
  private static String title(RefusalCode code) {
    return switch (code) {
      case JOB_AMBIGUOUS -> "Ambiguous id";
      case DEFINITION_EXISTS -> "Exists already";
      case DEFINITION_IN_USE -> "Still in use";
      case REQUEST_UNSUPPORTED -> "Not there yet";
      default -> title(code.kind());
    };
  }

  static String title(RefusalCode.Kind kind) {
    return switch (kind) {
      case INVALID -> "Invalid request";
      case UNAUTHENTICATED -> "Not authenticated";
      case NOT_FOUND -> "Not found";
      case CONFLICT, CONFLICT_RETRYABLE -> "Not possible in the present state";
      case TOO_LARGE -> "Too large";
      case UNPROCESSABLE -> "Not possible as asked";
      case INTERNAL -> "Internal error";
      case UNSUPPORTED -> "Not supported by this runtime";
      case UNAVAILABLE -> "Not possible now";
      case NO_SPACE -> "No space left";
    };
  }

  public static ProblemDetails of(Refusal refusal) {
    RefusalCode code = refusal.code();
    return new ProblemDetails(
        TYPE + code.text(),
        title(code),
        status(code.kind()),
        refusal.detail(),
        code.text(),
        refusal.remedy(),
        refusal.retryable(),
        refusal.field());
  }

  /// A refusal by HTTP itself, before any route was found.
  public static ProblemDetails ofStatus(int status, String method, String path) {
    return switch (status) {
      case 404 ->
          plain(
              status,
              "route.not_found",
              "There is nothing at " + shown(path),
              "The paths that exist are listed in /openapi.yaml.");
      case 405 ->
          plain(
              status,
              "method.not_allowed",
              "%s cannot be done on %s".formatted(method, shown(path)),
              "The methods of each path are listed in /openapi.yaml.");
      case 414 ->
          plain(status, "request.uri_too_long", "The address is too long", "Shorten the query.");
      case 431 ->
          plain(
              status,
              "request.headers_too_large",
              "The headers are too large",
              "Send fewer or shorter headers.");
      default ->
          plain(
              status,
              status < 500 ? "request.malformed" : RefusalCode.INTERNAL.text(),
              status < 500
                  ? "The request is not well-formed HTTP"
                  : "The daemon could not handle the request",
              status < 500
                  ? "Check the request line, the headers and the encoding of the path."
                  : "Look into the daemon's log.");
    };
  }

  private static ProblemDetails plain(int status, String code, String detail, String remedy) {
    String words = code.substring(code.indexOf('.') + 1).replace('_', ' ');
    return new ProblemDetails(
        TYPE + code,
        Character.toUpperCase(words.charAt(0)) + words.substring(1),
        status,
        detail,
        code,
        remedy,
        false,
        Optional.empty());
  }

  /// A path as it may be repeated to its sender and logged: a guest's secret left out.
  static String shown(String path) {
    String masked = path.replaceFirst("^/s/[^/]+", "/s/…");
    return masked.length() > 200 ? masked.substring(0, 200) + "…" : masked;
  }

  public static void answer(Context context, ProblemDetails problem) {
    if (context.res().isCommitted()) {
      return;
    }
    if (problem.status() == 401) {
      context.header("WWW-Authenticate", "Bearer");
    }
    if (!problem.retryable()) {
      context.header(SHOULD_RETRY, "false");
    }
    if (problem.status() == 503) {
      context.header("Retry-After", RETRY_AFTER);
    }
    context
        .status(problem.status())
        .contentType(ProblemDetails.MEDIA_TYPE)
        // Bytes, for the server would write text of this type as Latin-1.
        .result(WireJson.write(problem).getBytes(StandardCharsets.UTF_8));
  }

  public static void answer(Context context, Refusal refusal) {
    answer(context, of(refusal));
  }

  /// Where there is no context any more.
  public static void answer(HttpServletResponse response, Refusal refusal) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    ProblemDetails problem = of(refusal);
    response.resetBuffer();
    response.setStatus(problem.status());
    response.setContentType(ProblemDetails.MEDIA_TYPE);
    if (!problem.retryable()) {
      response.setHeader(SHOULD_RETRY, "false");
    }
    response.getOutputStream().write(WireJson.write(problem).getBytes(StandardCharsets.UTF_8));
  }
}
