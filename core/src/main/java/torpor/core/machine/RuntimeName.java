package torpor.core.machine;

/// The name of a runtime, as written in a definition: `wasm`, `process`, …
public record RuntimeName(String text) {
  public static final RuntimeName WASM = new RuntimeName("wasm");
  public static final RuntimeName PROCESS = new RuntimeName("process");

  @Override
  public String toString() {
    return text;
  }
}
