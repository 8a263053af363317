package torpor.images.tool;

/// A program, the Debian package it comes in, and what it is for.
public enum Tool {
  SKOPEO("skopeo", "skopeo", "pull images and read archives"),
  UMOCI("umoci", "umoci", "unpack images"),
  MKFS_EROFS("mkfs.erofs", "erofs-utils", "make root file systems");

  private final String program;
  private final String debianPackage;
  private final String purpose;

  Tool(String program, String debianPackage, String purpose) {
    this.program = program;
    this.debianPackage = debianPackage;
    this.purpose = purpose;
  }

  public String program() {
    return program;
  }

  public String debianPackage() {
    return debianPackage;
  }

  public String purpose() {
    return purpose;
  }
}
