package torpor.runtime.process.program;

import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// Refusals of a definition's configuration.
final class Problems {
  private Problems() {}

  static Refusal of(String field, String detail, String remedy) {
    return Refusal.ofField(RefusalCode.DEFINITION_INVALID, field, detail, remedy);
  }
}
