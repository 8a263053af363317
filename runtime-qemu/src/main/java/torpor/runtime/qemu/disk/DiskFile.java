package torpor.runtime.qemu.disk;

/// One file of a chain, by its name in whatever directory holds the chain.
public record DiskFile(String name, Format format) {
  public enum Format {
    RAW("raw"),
    QCOW2("qcow2");

    private final String text;

    Format(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
