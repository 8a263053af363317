package torpor.daemon.doctor;

/// One thing looked at.
///
/// @param what it is
/// @param detail what was found
/// @param remedy what to do about it; empty where nothing needs doing
public record Finding(Grade grade, String what, String detail, String remedy) {

  public enum Grade {
    /// As it should be.
    OK,
    /// Works, with a drawback.
    NOTE,
    /// A daemon cannot work like this.
    FAULT
  }

  static Finding ok(String what, String detail) {
    return new Finding(Grade.OK, what, detail, "");
  }

  static Finding note(String what, String detail, String remedy) {
    return new Finding(Grade.NOTE, what, detail, remedy);
  }

  static Finding fault(String what, String detail, String remedy) {
    return new Finding(Grade.FAULT, what, detail, remedy);
  }
}
