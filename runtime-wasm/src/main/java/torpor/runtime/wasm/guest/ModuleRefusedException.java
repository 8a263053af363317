package torpor.runtime.wasm.guest;

/// A module that cannot become a guest here; carries what to do about it.
public final class ModuleRefusedException extends Exception {
  private final String remedy;

  ModuleRefusedException(String detail, String remedy) {
    super(detail);
    this.remedy = remedy;
  }

  ModuleRefusedException(String detail, String remedy, Throwable cause) {
    super(detail, cause);
    this.remedy = remedy;
  }

  public String remedy() {
    return remedy;
  }
}
