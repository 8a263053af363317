package torpor.core.refusal;

import java.util.Optional;

/// Something asked for was not done, and nothing was changed by asking.
///
/// @param code stable, for programs
/// @param detail one sentence: what is wrong, with the names and values involved
/// @param remedy one sentence: what to do about it
/// @param field the request field at fault, as the caller wrote it
public record Refusal(RefusalCode code, String detail, String remedy, Optional<String> field) {

  public static Refusal of(RefusalCode code, String detail, String remedy) {
    return new Refusal(code, detail, remedy, Optional.empty());
  }

  /// A refusal of one field of a request.
  public static Refusal ofField(RefusalCode code, String field, String detail, String remedy) {
    return new Refusal(code, detail, remedy, Optional.of(field));
  }

  /// Bad input in one field.
  public static Refusal invalid(String field, String detail, String remedy) {
    return ofField(RefusalCode.REQUEST_INVALID, field, detail, remedy);
  }

  /// Whether the same request may succeed later without being changed.
  public boolean retryable() {
    return code.retryable();
  }
}
