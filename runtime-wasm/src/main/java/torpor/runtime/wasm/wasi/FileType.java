package torpor.runtime.wasm.wasi;

/// The file types of WASI preview 1 that a guest can meet here.
public enum FileType {
  UNKNOWN(0),
  CHARACTER_DEVICE(2),
  DIRECTORY(3),
  REGULAR_FILE(4),
  SYMBOLIC_LINK(7);

  private final int code;

  FileType(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
