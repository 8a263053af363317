package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/// A refusal, as RFC 9457 `application/problem+json`.
///
/// @param type a URI that names the kind of problem
/// @param title the kind in words
/// @param detail one sentence: what is wrong, with the names and values involved
/// @param code stable, for programs: `job.not_found`, `request.invalid`, …
/// @param remediation one sentence: what to do about it
/// @param retryable whether the same request may succeed later without being changed
/// @param field the request field at fault, where it is one
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ProblemDetails(
    String type,
    String title,
    int status,
    String detail,
    String code,
    String remediation,
    boolean retryable,
    Optional<String> field) {
  public static final String MEDIA_TYPE = "application/problem+json";

  /// [#detail] once more, where clients of the hypeman API look for it.
  @JsonProperty
  public String message() {
    return detail;
  }
}
