package torpor.api.http;

import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// Ends the handling of a request with a refusal. Stays within this module: a handler throws it,
/// [Problems] answers it. It carries no stack trace, being no defect.
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  /// Bad input in one field of the body, one parameter of the query, or one header.
  public static RefusedException invalid(String field, String detail, String remedy) {
    return new RefusedException(Refusal.invalid(field, detail, remedy));
  }

  /// Something that is understood and not built.
  public static RefusedException unsupported(String field, String detail, String remedy) {
    return new RefusedException(
        Refusal.ofField(RefusalCode.REQUEST_UNSUPPORTED, field, detail, remedy));
  }

  public static RefusedException of(RefusalCode code, String detail, String remedy) {
    return new RefusedException(Refusal.of(code, detail, remedy));
  }

  public Refusal refusal() {
    return refusal;
  }
}
